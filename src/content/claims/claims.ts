/**
 * Every claim of the paper, and a few of the works around it, each with the experiment that tests it or the reason why
 * none can. No number stands here: the paper's come from `src/paper/paper.ts`, ours from the results.
 */
import { type Claim, type ClaimInput, claims, said } from './schema.ts';

const PRE_TRAINED = said`Models of ${'context-length/parameters'} parameters, trained on ${'context-length/tokens'} tokens each.`;
const PACKED = said`Models of ${'packing/parameters'} parameters, trained on ${'packing/tokens'} tokens each.`;
const LLAMA_PROMPTS = said`Llama 3.1 in three sizes; ${'llama-3.1/prompts'} of ${'llama-3.1/prompt-tokens'}; sink rate at ε = ${'llama-3.1/epsilon'}.`;

const FROM_THE_PAPER: ClaimInput[] = [
  {
    id: 'mixing',
    text: 'A sink slows the mixing of tokens: with it, one changed word changes fewer of the states behind it.',
    place: 'section 3.2, figures 1 and 2, appendix C.1',
    found: said`One word of a prompt was exchanged. With <bos> removed, the change spread over far more tokens. ${'mixing/slower'}.`,
    scale: said`Gemma 7B, one prompt. A heat map; no number is known to us.`,
    test: {
      experiment: 'perturbation',
      elsewhere: 'settings',
      differs: said`Far smaller models, but many held-out prompts instead of one, and a number with an interval. The sink is taken away in several ways kept apart, since a model that never read a text without <bos> may fail for that reason alone.`,
    },
  },
  {
    id: 'smoothing',
    text: 'Without the sink, heads spread their attention more evenly over the tokens.',
    place: 'section 3.2, figure 3',
    found: said`Removing <bos> ${'mixing/smoother'}.`,
    scale: said`Gemma 7B, the maps of some heads. No measure of smoothness is known to us.`,
    test: {
      experiment: 'smoothing',
      differs: said`Smoothness is measured, by the entropy of the rows of attention, in every head of models trained here.`,
    },
  },
  {
    id: 'no-op',
    text: 'The sink lets a head do nothing: the head puts its weight on a token whose value is nearly zero.',
    place: 'section 3.2, figure 4',
    found: said`One head attends to an apostrophe if that is the previous token, and to <bos> otherwise; there <bos> has the smallest value norm of the sequence. The paper calls the sink ${'no-op/mechanism'}.`,
    scale: said`One head of Gemma 7B.`,
    test: {
      experiment: 'no-op',
      differs: said`All heads of several models are measured, and heads that switch are found by a rule, not by eye.`,
    },
  },
  {
    id: 'collapse',
    text: 'Mixing without restraint ends in collapse: states of different tokens become alike. A sink holds that back.',
    place: 'section 3, equations 1 and 2',
    found: said`Rank collapse and representational collapse are defined, and over-mixing is said to lead to them. It is an argument; no measurement of either is known to us.`,
    scale: said`Theory.`,
    test: {
      experiment: 'collapse',
      elsewhere: 'settings',
      differs: said`Both are measured, layer by layer, on trained and untrained models with and without the sink. The exact norms of the paper could not be established; ours stand with the measures.`,
    },
  },
  {
    id: 'rank-implies-representational-collapse',
    text: 'Rank collapse implies representational collapse, and the converse is false.',
    place: 'proposition 3.1',
    found: said`Proved.`,
    scale: said`Theory.`,
    test: {
      untestable:
        'A theorem is not decided by measuring. A short proof of our own: if the squared distances of all states from their mean add up to less than Δ², no two states are further apart than √2 Δ. And two states that agree say nothing about the others, so the converse is false.',
    },
  },
  {
    id: 'bound',
    text: 'How far an output can depend on an earlier token is bounded by a sum over all paths of attention between the two; weight on the sink shrinks that sum.',
    place: 'section 3.1, theorem 3.2',
    found: said`Proved, for attention taken as constant. The bound grows with depth and with the length of the context. No comparison with measured sensitivities is known to us.`,
    scale: said`Theory.`,
    test: {
      experiment: 'bound',
      differs: said`A version of the bound whose constants can be computed, which is ours, stands beside the exact derivatives of trained models.`,
    },
  },
  {
    id: 'emergence',
    text: 'A model starts without sinks; they develop as training goes on.',
    place: 'section 4.1',
    found: said`${'emergence/initially'}.`,
    scale: PRE_TRAINED,
    test: {
      experiment: 'emergence',
      differs: said`A far smaller model, trained on one book, with <bos> fixed at the first position. How the paper placed <bos> in these runs could not be established.`,
    },
  },
  {
    id: 'context-length',
    text: 'The longer the context in training, the stronger the sink, until that levels off.',
    place: 'section 4.1, figures 5 and 7',
    found: said`Between ${'context-length/shortest'} and ${'context-length/longest'} the rate rose and then levelled off: sinks were ${'context-length/short'} and ${'context-length/long'}, at comparable validation losses. The paper’s readers disagree on the heights of the curve, so its shape alone is given.`,
    scale: said`Models of ${'context-length/parameters'} parameters; ${'context-length/tokens'} tokens each, equally many a step at every length.`,
    test: {
      experiment: 'context-length',
      differs: said`Much shorter contexts, and several ways to place <bos>, since the paper’s could not be established; with <bos> fixed, longer training too. Models are also compared at their first tokens alone and at equal loss.`,
    },
  },
  {
    id: 'depth',
    text: 'The deeper the model, the stronger its sinks.',
    place: 'sections 3.1 and 4.2, table 1',
    found: said`The bound grows with depth. In Llama 3.1 the rate goes from ${'llama-3.1/8b/sink-rate'} at ${'llama-3.1/8b/layers'} layers to ${'llama-3.1/405b/sink-rate'} at ${'llama-3.1/405b/layers'}, but width and heads grow with it.`,
    scale: LLAMA_PROMPTS,
    test: {
      experiment: 'depth',
      differs: said`Depth varies alone: at fixed width, and again at an equal number of parameters. The models are far smaller.`,
    },
  },
  {
    id: 'llama-family',
    text: 'In one family of models, the larger have more sinks.',
    place: 'section 4.2, table 1',
    found: said`Sink rates of ${'llama-3.1/8b/sink-rate'}, ${'llama-3.1/70b/sink-rate'} and ${'llama-3.1/405b/sink-rate'}.`,
    scale: LLAMA_PROMPTS,
    table: 'llama',
    test: {
      untestable:
        'It needs the weights of Llama 3.1, the largest with 405 billion parameters: out of reach of this edition’s machines and of its readers’. What depth alone does is another row of this table.',
    },
  },
  {
    id: 'llama-layers',
    text: 'In Llama 3.1 the heads of the middle layers sink the most, and most of the attention falls on <bos>.',
    place: 'section 4.2, figure 6',
    found: said`One reader of figure 6 sees the most sinks in the middle layers; another (Skean et al.) reads it otherwise. In a typical prompt, ${'llama-3.1/405b/first-attention'} of the attention of the largest model falls on <bos>.`,
    scale: LLAMA_PROMPTS,
    test: { untestable: 'It is a statement about Llama 3.1, whose weights are out of reach here.' },
  },
  {
    id: 'packing',
    text: 'A sink forms at the first position however <bos> is placed in training: the place matters, not the token.',
    place: 'section 5, table 2',
    found: said`Read with <bos> before the text, the sink rate was ${'packing/causal/not-fixed/with-bos'} (<bos> not fixed), ${'packing/document/document-starts/with-bos'} (at document starts, attention within the document) and ${'packing/causal/fixed/with-bos'} (fixed). ${'mixing/first-position'}.`,
    scale: PACKED,
    table: 'packing',
    test: {
      experiment: 'packing',
      differs: said`The same rows, at far smaller size and with far fewer tokens. The threshold behind the paper’s rates and its use of <eos> could not be established.`,
    },
  },
  {
    id: 'packing-without-bos',
    text: 'Trained without <bos>, a model sinks to the first token all the same, only less.',
    place: 'section 5, table 2',
    found: said`${'packing/without-bos'}. ${'packing/first-token'} The rate was ${'packing/document/none/text'}, against ${'packing/document/document-starts/with-bos'} with <bos> at document starts.`,
    scale: PACKED,
    test: {
      experiment: 'packing',
      differs: said`The number of different tokens that a model sees is far smaller here, and Gu et al. found few sinks where it is.`,
    },
  },
  {
    id: 'packing-dependence',
    text: 'A model trained with <bos> fixed at the first position comes to rely on it: without it, sink and language are lost.',
    place: 'section 5, table 2',
    found: said`Without <bos> the sink rate fell from ${'packing/causal/fixed/with-bos'} to ${'packing/causal/fixed/text'}, and the loss rose from ${'packing/causal/fixed/with-bos/loss'} to ${'packing/causal/fixed/text/loss'}.`,
    scale: PACKED,
    test: {
      experiment: 'packing',
      differs: said`Far smaller models, trained on far fewer tokens.`,
    },
  },
  {
    id: 'downstream',
    text: 'A model trained with <bos> does worse at every task once <bos> is taken away.',
    place: 'section 5, table 3',
    found: said`${'downstream/removed'}.`,
    scale: said`Gemma 7B, six tasks and a long-context benchmark.`,
    table: 'downstream',
    test: {
      untestable:
        'It needs Gemma 7B and tasks that no model of this size can do. Note that a prompt without <bos> is also one that the model was never trained on, so the drop cannot be laid to the missing sink alone.',
    },
  },
  {
    id: 'downstream-long-context',
    text: 'The drop is largest where the context is long.',
    place: 'section 5, table 3',
    found: said`The score on RULER fell from ${'downstream/ruler/with-bos'} to ${'downstream/ruler/without'}.`,
    scale: said`Gemma 7B.`,
    test: { untestable: 'It needs Gemma 7B and the RULER benchmark, whose prompts are thousands of tokens long.' },
  },
];

const AROUND_THE_PAPER: ClaimInput[] = [
  {
    id: 'alternatives',
    text: 'Sinks come from weights that must sum to one: attention without that constraint has next to none.',
    place: 'table 6',
    source: 'gu2024emerges',
    found: said`Sigmoid attention without normalisation brought next to no sinks, at about the same loss.`,
    scale: said`Language models of tens of millions of parameters, and one size above.`,
    test: {
      experiment: 'alternatives',
      differs: said`Smaller models, more alternatives, and the measures of mixing and collapse beside the sink.`,
    },
  },
  {
    id: 'optimisation',
    text: 'Whether sinks form depends on optimisation and data: learning rate, weight decay, and how many different tokens are seen.',
    place: 'learning rate, weight decay, data',
    source: 'gu2024emerges',
    found: said`A higher learning rate and a moderate weight decay brought more sinks, a very strong decay none; few different tokens left almost none.`,
    scale: said`Language models of tens of millions of parameters.`,
    test: {
      experiment: 'optimisation',
      differs: said`Smaller models. In one part of the grid an endless synthetic language takes the place of text.`,
    },
  },
  {
    id: 'streaming',
    text: 'A sliding window of attention fails once the first tokens leave it, and works again if a few of them are kept.',
    place: 'perplexity by cache',
    source: 'xiao2023streaming',
    found: said`Keeping the first few tokens, the sinks, beside the window restored the perplexity of several language models.`,
    scale: said`Language models of billions of parameters on long books.`,
    test: {
      experiment: 'streaming',
      differs: said`Small models trained here, on held-out text far longer than their context.`,
    },
  },
  {
    id: 'backcopy',
    text: 'A transformer of one layer grows a sink where a task has it copy at some tokens and do nothing at the others.',
    place: 'Bigram-Backcopy task',
    source: 'guo2024active',
    found: said`Away from the trigger tokens the head attends to the first token, whose value shrinks; ReLU attention removes the sink, and stochastic gradient descent in place of Adam the peak in the residual stream.`,
    scale: said`One and three layers, on sequences drawn from the statistics of a small text.`,
    test: {
      experiment: 'backcopy',
      differs: said`The same generator on the statistics of our corpus, and smaller models, down to where the sink no longer forms.`,
    },
  },
];

/** The claims of the paper, in its order. */
export const PAPER_CLAIMS: readonly Claim[] = claims.parse(FROM_THE_PAPER);
/** Claims of works around it that bear on the same question. */
export const NEIGHBOUR_CLAIMS: readonly Claim[] = claims.parse(AROUND_THE_PAPER);
export const CLAIMS: readonly Claim[] = [...PAPER_CLAIMS, ...NEIGHBOUR_CLAIMS];

/** The claims that an experiment tests. */
export function claimsOf(experiment: string): Claim[] {
  return CLAIMS.filter(
    ({ test }) => 'experiment' in test && (test.experiment === experiment || test.elsewhere === experiment),
  );
}
