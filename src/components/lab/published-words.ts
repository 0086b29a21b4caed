/** What published runs came to, told. */
import { parameterCount } from '../../transformer/parameters.ts';
import type { Curve, Published } from './published.ts';

const twoDigits = (value: number) => value.toFixed(2);
const NAMES: readonly { measure: Curve; name: string; unit?: string; written: (value: number) => string }[] = [
  { measure: 'firstAttention', name: 'attention to the first token is', written: twoDigits },
  { measure: 'sinkRate', name: 'the sink rate', written: (value) => `${Math.round(100 * value)}\u202f%` },
  { measure: 'validationLoss', name: 'the loss on held-out text', unit: ' nats a token', written: twoDigits },
];

/** Which runs they are. @param label of their group, as the experiment names it. */
export function runsInWords({ runs, specification }: Published, label: string): string {
  const { model, training } = specification;
  return (
    `${runs.length} published runs, alike but for their seeds (${label}): ${parameterCount(model).toLocaleString('en')} ` +
    `parameters, ${training.steps.toLocaleString('en')} steps.`
  );
}

/** Where they ended, each measure with its 95 % interval. */
export function endsInWords({ series }: Published): string {
  const end = series.at(-1)!;
  const told = NAMES.map(({ measure, name, unit = '', written }) => {
    const { mean, low, high } = end[measure];
    return `${name} ${written(mean)}${unit} (${written(low)} to ${written(high)})`;
  });
  return `At their end, means with 95 % intervals: ${told.join(', ')}.`;
}
