import { HEAD_COLUMNS } from '../../../pipeline/analyses/no-op.ts';
import { SWITCH_COLUMNS } from '../../../pipeline/analyses/no-op-switches.ts';
import { singleTokenClass, TOKEN_CLASSES } from '../../../src/measures/no-op-classes.ts';
import type { InventedMeasures } from './index.ts';

/** With `<bos>` values are short, one head switches, and masking costs; without, nothing of it. */
export const noOp: InventedMeasures = ({ model: { layers, heads }, data, seed }, noise) => {
  const sinks = data.bos !== 'none';
  const all = layers * heads;
  const strongest = {
    attention: sinks ? 0.7 : 0.2,
    valueNorm: sinks ? 0.2 : 1,
    attentionOff: sinks ? 0.9 : 0.25,
    firstShare: sinks ? 0.4 : 0.15,
    firstOverWhole: sinks ? 0.5 : 0.2,
    offOverOn: sinks ? 0.3 : 0.9,
  } satisfies Record<(typeof HEAD_COLUMNS)[number], number>;
  const measured: ReturnType<InventedMeasures> = {
    heads: Array.from({ length: all }, (_, rank) =>
      HEAD_COLUMNS.map((column) => strongest[column] * (1 - rank / all / 2)),
    ),
    'sinking-heads/share': sinks ? 0.8 : 0,
    'spearman/value-norm': (sinks ? -0.6 : 0.1) + 0.1 * noise(),
    'spearman/off-over-on': (sinks ? -0.5 : 0.1) + 0.1 * noise(),
    'switch/strongest/layer': 1,
    'switch/strongest/head': 2,
    // One seed of three switches on the token before, and one on a single token.
    'switch/strongest/offset': seed % 3 === 1 ? 1 : 0,
    'switch/strongest/class': seed % 3 === 2 ? singleTokenClass(101) : 1,
    'switch/strongest/explained': 0.4 + 0.05 * noise(),
    'switch/strongest/inside': 0.8 + 0.05 * noise(),
    'switch/strongest/outside': 0.35 + 0.05 * noise(),
    'switch/strongest/difference': 0.45,
    'switch/strongest/share': 0.45,
    'switch/strongest/null': 0.02,
    'switch/explained': Array.from({ length: all }, (_, rank) => (0.4 + 0.05 * noise()) / (1 + rank)),
    'switch/current': TOKEN_CLASSES.map(() => SWITCH_COLUMNS.map(() => 0.2)),
    'switch/previous': TOKEN_CLASSES.map(() => SWITCH_COLUMNS.map(() => 0.1)),
    'ablation/loss': 3.4,
    'ablation/zero-first': 0.01 + 0.005 * noise(),
    'ablation/mask-first': sinks ? 0.2 + 0.03 * noise() : 0.002 * noise(),
    'ablation/ordinary-first': sinks ? 0.4 + 0.05 * noise() : 0.003 * noise(),
    'ablation/zero-ordinary': 0.002 + 0.001 * noise(),
    'ablation/attention-first': sinks ? 0.6 : 0.03,
    'ablation/attention-ordinary': 0.02,
  };
  for (const [name, value] of Object.entries(strongest))
    measured[`strongest-quarter/${name}`] = value * (1 + 0.05 * noise());
  return measured;
};
