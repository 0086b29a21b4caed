/** What settings of the laboratory amount to: which knobs matter, in which they differ, and how they read. */
import { LAB_KNOB_NAMES, LAB_KNOBS, type LabKnob, type LabSettings } from './knobs.ts';

/** Whether a knob does anything beside the others. */
export function applies(name: LabKnob, settings: LabSettings): boolean {
  const isLanguage = settings.source === 'backcopy';
  switch (name) {
    case 'unit':
    case 'order':
    case 'triggers':
      return isLanguage;
    case 'mask':
    case 'uniqueTokens':
      return !isLanguage;
    case 'hiddenWidth':
      return settings.mlp !== 'none';
    case 'ropeBase':
      return settings.positions === 'rope';
    case 'windowFirst':
      return settings.window > 0;
    case 'finalLearningRate':
      return settings.schedule === 'falls';
    case 'beta2':
    case 'epsilon':
      return settings.optimiser === 'adamw';
    default:
      return true;
  }
}

/** The knobs in which any two of these settings differ, those that do nothing in all of them aside. */
export function differingKnobs(all: readonly LabSettings[]): LabKnob[] {
  return LAB_KNOB_NAMES.filter(
    (name) => all.some((settings) => applies(name, settings)) && new Set(all.map((each) => each[name])).size > 1,
  );
}

/** A knob's value as it is shown: the label of a choice, a number with its digits grouped; a dash where it does nothing. */
export function valueInWords(name: LabKnob, settings: LabSettings): string {
  if (!applies(name, settings)) return '–';
  const knob = LAB_KNOBS[name];
  const value = settings[name];
  if (knob.kind === 'choice') return knob.choices.find((choice) => choice.value === value)?.label ?? String(value);
  return knob.kind === 'whole' && name !== 'seed' ? value.toLocaleString('en') : String(value);
}

/** What a group is set to, in a line. */
export function groupInWords(title: string, settings: LabSettings): string {
  const say = (name: LabKnob) => valueInWords(name, settings);
  switch (title) {
    case 'Data': {
      const triggers = settings.source === 'backcopy' ? [`${say('triggers')} triggers`] : [];
      return [say('source'), ...triggers, `<bos> ${say('bos')}`].join(', ');
    }
    case 'Model': {
      const { layers, heads } = settings;
      const blocks = `${layers} ${layers === 1 ? 'layer' : 'layers'} of ${heads} ${heads === 1 ? 'head' : 'heads'}`;
      const shape = `${blocks}, width ${say('width')}, context ${say('contextLength')}`;
      const window = settings.window > 0 ? [`window ${say('window')}`] : [];
      return [shape, ...window].join(', ');
    }
    case 'Attention':
      return say('attention');
    default:
      return `${say('steps')} steps of ${say('sequencesPerStep')} sequences, ${say('optimiser')} at ${say('peakLearningRate')}, seed ${say('seed')}`;
  }
}
