/** What happens over a range of steps: how much each measure changes, in numbers and in words. */
import { GROWN, type Grown, type GrowthGroup, type GrowthSet } from './curves-data.ts';
import type { Range } from './range.ts';

export interface MeasureText {
  title: string;
  unit: string;
  /** In a sentence. */
  name: string;
  digits: number;
}

export const MEASURE_TEXTS: Record<Grown, MeasureText> = {
  validationLoss: { title: 'Loss on held-out text', unit: 'nats a token', name: 'the loss', digits: 2 },
  firstAttentionAboveChance: {
    title: 'Attention to the first token',
    unit: 'above chance, mean over heads',
    name: 'attention above chance',
    digits: 2,
  },
  'sinkRate-0.3': { title: 'Sink rate', unit: 'share of heads above ε = 0.3', name: 'the sink rate', digits: 2 },
  strongestHeadValueNorm: {
    title: 'Value of the first token',
    unit: 'norm over the others’, strongest head',
    name: 'the value norm',
    digits: 2,
  },
};

/** A measure of one model over a range, means over its seeds. */
export interface Change {
  start: number;
  end: number;
  change: number;
  /** The least and the greatest change of a seed. */
  least: number;
  greatest: number;
  /** Of its change over the whole run; null where the range is that, goes another way, or goes beyond it. */
  share: number | null;
}

export function changeOver({ curves }: GrowthGroup, measure: Grown, { from, to }: Range): Change {
  const { seeds, mean } = curves[measure];
  const changes = seeds.map((values) => values[to]! - values[from]!);
  const change = mean[to]! - mean[from]!;
  const whole = from === 0 && to === mean.length - 1;
  const share = change / (mean.at(-1)! - mean[0]!);
  return {
    start: mean[from]!,
    end: mean[to]!,
    change,
    least: Math.min(...changes),
    greatest: Math.max(...changes),
    share: !whole && share >= 0 && share <= 1 ? share : null,
  };
}

/** "3.61", "−0.20": a value as its measure is written. */
export function written(value: number, measure: Grown): string {
  const text = value.toFixed(MEASURE_TEXTS[measure].digits);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace('-', '−');
}

/** The same with its sign. */
export function signed(value: number, measure: Grown): string {
  const text = written(value, measure);
  return text.startsWith('−') || /^0\.?0*$/.test(text) ? text : `+${text}`;
}

/** What is measured over the range, in a sentence. */
export function rangeInWords({ steps, groups }: GrowthSet, range: Range): string {
  const [first] = groups;
  if (!first) return '';
  const between = `From step ${grouped(steps[range.from]!)} to step ${grouped(steps[range.to]!)}`;
  if (groups.length > 1) return `${between}, ${GROWN.map((measure) => comparison(groups, measure, range)).join('; ')}.`;
  const seeds = first.curves.validationLoss.seeds.length;
  const mean = seeds > 1 ? `, means over ${seeds} seeds` : '';
  return `${between}${mean}: ${GROWN.map((measure) => course(first, measure, range)).join('; ')}.`;
}

function course(group: GrowthGroup, measure: Grown, range: Range): string {
  const { start, end, change, share } = changeOver(group, measure, range);
  const { name } = MEASURE_TEXTS[measure];
  const [a, b] = [written(start, measure), written(end, measure)];
  if (a === b) return `${name} stays at ${a}`;
  const part = share === null ? '' : `, ${Math.round(100 * share)} % of its whole change`;
  return `${name} ${change > 0 ? 'rises' : 'falls'} from ${a} to ${b}${part}`;
}

function comparison(groups: readonly GrowthGroup[], measure: Grown, range: Range): string {
  const changes = groups
    .map((group) => ({ label: group.label, change: changeOver(group, measure, range).change }))
    .sort((a, b) => a.change - b.change);
  const [least, greatest] = [changes[0]!, changes.at(-1)!];
  const tell = ({ label, change }: typeof least) => `${signed(change, measure)} (${label})`;
  return `${MEASURE_TEXTS[measure].name} changes by between ${tell(least)} and ${tell(greatest)}`;
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}
