/** The field's terms, as the article uses them: each in two plain sentences, for a card beside the text and for `/glossary/`. */
export interface GlossaryTerm {
  /** Kebab-case; its anchor on the page. */
  id: string;
  name: string;
  /** Plain text. */
  definition: string;
}

/** All terms, in the order of their names. */
export const GLOSSARY: readonly GlossaryTerm[] = [
  {
    id: 'ablation',
    name: 'Ablation',
    definition:
      'Taking a part of a trained model out, or setting it to zero, to see what depends on it. Where the loss does not rise, the part was not needed.',
  },
  {
    id: 'attention',
    name: 'Attention',
    definition:
      'The weights with which a token gathers from itself and from the tokens before it. Under softmax none is negative, and those of one token add up to one.',
  },
  {
    id: 'attention-head',
    name: 'Attention head',
    definition:
      'One of several parts of a layer that attend side by side, each with weights of its own. What the heads bring is added to the vector of each token.',
  },
  {
    id: 'attention-sink',
    name: 'Attention sink',
    definition:
      'A token that draws far more attention than what it tells would explain, most often the first. A head is called a sink when its mean attention to the first token exceeds a threshold.',
  },
  {
    id: 'beginning-of-sequence',
    name: 'Beginning of sequence, <bos>',
    definition:
      'A token that stands before a text and says nothing but that the text begins. Whether it is there, and where, is a choice made in training.',
  },
  {
    id: 'bootstrap-interval',
    name: 'Bootstrap interval',
    definition:
      'A range around a mean, found by drawing the results of the seeds again and again with replacement and taking the mean of each draw. The 95 % interval holds the middle 95 % of these means; with few seeds it is somewhat too narrow.',
  },
  {
    id: 'bound',
    name: 'Bound',
    definition:
      'A value that a quantity cannot exceed, proved without measuring the quantity. It may lie far above the truth.',
  },
  {
    id: 'causal-mask',
    name: 'Causal mask',
    definition:
      'The rule that a token attends to itself and to what came before it, never to what comes after. Because of it the first position is the only one that all tokens can see.',
  },
  {
    id: 'chance',
    name: 'Chance',
    definition:
      'The attention that the first token gets if every token spreads its own evenly over all that it can see. It is smaller for longer texts, so attention at different lengths is compared above it.',
  },
  {
    id: 'effective-rank',
    name: 'Effective rank',
    definition:
      'How many directions a set of vectors really uses: the exponential of the entropy of the singular values, scaled to add up to one. It is one when all vectors lie along one direction, and largest when all directions are used equally.',
  },
  {
    id: 'entropy',
    name: 'Entropy',
    definition:
      'How evenly weights that add up to one are spread: the mean of the negative logarithm of a weight, taken with the weights themselves. It is zero when one weight has everything, and largest when all are equal.',
  },
  {
    id: 'jacobian',
    name: 'Jacobian',
    definition:
      'The table of the derivatives of all numbers that come out with respect to all that go in. Its norm tells how far a small change of one token can move another.',
  },
  {
    id: 'key-value-cache',
    name: 'Key-value cache',
    definition:
      'The keys and values of the tokens read so far, kept so that a new token need not read the text anew. It grows with the text, so something must be thrown away when its room is used up.',
  },
  {
    id: 'logit',
    name: 'Logit',
    definition: 'A number before softmax makes it a weight or a probability. Only differences between logits matter.',
  },
  {
    id: 'loss',
    name: 'Loss',
    definition:
      'How badly a model predicts: the mean of the negative logarithm of the probability that it gave to the token that came. Training lowers it on one part of the text, and it is reported on another.',
  },
  {
    id: 'nat',
    name: 'Nat, perplexity',
    definition:
      'The unit of a loss that is taken with natural logarithms. The exponential of such a loss is the perplexity: among how many equally likely tokens the model is, on average, undecided.',
  },
  {
    id: 'no-op',
    name: 'No-op',
    definition:
      'A step that changes nothing. A head comes close to one when its attention rests on a token whose value is nearly zero.',
  },
  {
    id: 'over-mixing',
    name: 'Over-mixing',
    definition:
      'Averaging so often that the vectors of different tokens can no longer be told apart. The paper sees in the sink what keeps a model from it.',
  },
  {
    id: 'packing',
    name: 'Packing',
    definition:
      'Laying documents end to end and cutting the row into windows of equal length, so that no place in training is left empty. A window may then hold parts of several documents.',
  },
  {
    id: 'path',
    name: 'Path',
    definition:
      'A way from an earlier token to a later one through the layers; in each it stays where it is or moves along an attention weight. Its own weight is the product of those that it moves along.',
  },
  {
    id: 'perturbation',
    name: 'Perturbation',
    definition: 'A change made on purpose, to see what it moves. Here one word of a prompt is exchanged for another.',
  },
  {
    id: 'query-and-key',
    name: 'Query and key',
    definition:
      'Two vectors that a head makes of each token. The larger the product of one token’s query and another’s key, the more the first attends to the second.',
  },
  {
    id: 'rank-collapse',
    name: 'Rank collapse',
    definition:
      'When the vectors of all tokens of a text come close to one and the same vector. The matrix that holds them is then close to one of rank one.',
  },
  {
    id: 'rank-correlation',
    name: 'Rank correlation',
    definition:
      'How well two lists agree on what is larger than what, whatever the sizes: one for the same order, minus one for the opposite. It is Spearman’s: the correlation of the ranks.',
  },
  {
    id: 'representational-collapse',
    name: 'Representational collapse',
    definition:
      'When the vectors of the last two tokens of a text come so close that the model’s arithmetic cannot tell them apart. Rank collapse implies it; the converse is false.',
  },
  {
    id: 'residual-stream',
    name: 'Residual stream, skip connections',
    definition:
      'The vectors that run through a transformer, one for each token: a layer does not replace them but adds to them. What a token held is thus carried past the mixing.',
  },
  {
    id: 'rope',
    name: 'Rotary positions, RoPE',
    definition:
      'A way to tell a model where tokens stand: queries and keys are turned by angles in proportion to their position. Their products then depend on how far two tokens are apart, and not on where the text begins.',
  },
  {
    id: 'seed',
    name: 'Seed',
    definition:
      'The number from which all random numbers of a run are made: its first weights, and the order of its text. Runs that differ in nothing else show how much of a result is luck.',
  },
  {
    id: 'sink-rate',
    name: 'Sink rate',
    definition:
      'The share of all heads of a model whose mean attention to the first token exceeds a threshold. It means little without that threshold, which is given with it.',
  },
  {
    id: 'softmax',
    name: 'Softmax',
    definition:
      'The function that makes weights of any row of numbers: the exponential of each, divided by the sum of all. The weights add up to one, and none is exactly zero.',
  },
  {
    id: 'token',
    name: 'Token',
    definition:
      'What a model reads as one unit: a word, a part of a word, a sign, or a mark such as <bos>. Each is turned into a vector before the first layer.',
  },
  {
    id: 'value',
    name: 'Value',
    definition:
      'The vector that a head makes of a token to be passed on to others. What a head brings to a token is the average of the values that it can see, weighted by attention.',
  },
];

/**
 * A term by its id.
 * @throws {Error} listing the ids that there are.
 */
export function glossaryTerm(id: string): GlossaryTerm {
  const term = GLOSSARY.find((one) => one.id === id);
  if (term) return term;
  throw new Error(
    `<Term id="${id}">: src/content/glossary/terms.ts has no term “${id}”. It has:\n  ${GLOSSARY.map((one) => one.id).join('\n  ')}`,
  );
}
