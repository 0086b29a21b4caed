/**
 * The experiments of this edition in the order of the article, with the question of each. What a run has exported
 * speaks for itself; this list lets one that has not been run yet be shown as what it is.
 */
export interface PlannedExperiment {
  id: string;
  title: string;
  question: string;
}

export const PLANNED_EXPERIMENTS: readonly PlannedExperiment[] = [
  { id: 'emergence', title: 'How the sink appears during training', question: 'When does the sink appear?' },
  { id: 'perturbation', title: 'Mixing', question: 'Does a sink slow the mixing of tokens?' },
  { id: 'smoothing', title: 'Smoothing', question: 'Do attention maps get smoother without the sink?' },
  { id: 'no-op', title: 'The approximate no-op', question: 'Do heads switch off through the sink?' },
  { id: 'collapse', title: 'Collapse', question: 'Does a sink hold rank and representational collapse back?' },
  {
    id: 'settings',
    title: 'Mixing and collapse elsewhere',
    question: 'Are the verdicts on mixing and collapse those of one small model?',
  },
  {
    id: 'bound',
    title: 'The bound and the truth',
    question: 'How far is the over-squashing bound from exact derivatives, and does its order agree?',
  },
  {
    id: 'context-length',
    title: 'Context length',
    question: 'Do longer contexts in training give stronger sinks?',
  },
  { id: 'depth', title: 'Depth', question: 'Do deeper models sink harder?' },
  { id: 'packing', title: 'Packing and <bos>', question: 'Is <bos> special?' },
  { id: 'alternatives', title: 'Other attention', question: 'What if the weights need not sum to one?' },
  { id: 'optimisation', title: 'Optimisation and data', question: 'What else makes or breaks sinks?' },
  { id: 'streaming', title: 'Streaming', question: 'What is a sink used for once a text outgrows the cache?' },
  { id: 'backcopy', title: 'Bigram-Backcopy', question: 'What is the smallest model that needs a sink?' },
];
