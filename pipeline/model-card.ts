/** The model card: the README of an exported model, so that whoever finds the files alone knows what they hold. */
import { PAPER } from '../src/paper/paper.ts';
import type { CorpusProvenance, Evaluation, Run } from '../src/results/schema.ts';
import type { ModelConfig } from '../src/transformer/config.ts';
import { parameterCount } from '../src/transformer/parameters.ts';
import { isLlama } from '../src/weights/hugging-face.ts';
import { hasTokenizer } from '../src/weights/special-tokens.ts';

/** Where a model comes from, beyond its run. */
export interface ModelProvenance {
  experiment: { id: string; title: string };
  /** The point of the experiment's grid, in words. */
  point: string;
  corpus: CorpusProvenance;
}

export interface CardContents extends ModelProvenance {
  name: string;
  run: Run;
  /** The largest distance of a weight from its float32 value. */
  largestRounding: number;
}

/** The text of the card; the same contents give the same bytes. */
export function modelCard(contents: CardContents): string {
  const sections = [
    frontMatter(contents),
    introduction(contents),
    measurements(contents),
    halfPrecision(contents),
    specification(contents.run, contents.corpus),
    loading(contents),
    limits(contents.run),
    reproduction(contents),
    citation(contents),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** What the Hugging Face Hub reads; every text is quoted, so that none is taken for something else. */
function frontMatter({ run, corpus }: CardContents): string {
  const llama = isLlama(run.specification.model);
  const tags = ['attention-sink', 'interpretability', 'trained-from-scratch', ...(llama ? ['llama'] : [])];
  return [
    '---',
    'license: mit',
    'language: en',
    ...(llama ? ['library_name: transformers'] : []),
    'pipeline_tag: text-generation',
    `datasets: [${JSON.stringify(corpus.id)}]`,
    `tags: [${tags.map((tag) => JSON.stringify(tag)).join(', ')}]`,
    '---',
  ].join('\n');
}

function introduction({ name, run, experiment, point }: CardContents): string {
  const { model, seed } = run.specification;
  return `# ${name}

A ${isLlama(model) ? 'LLaMA-style transformer' : 'transformer'} of ${whole(parameterCount(model))} parameters, trained from nothing for one question: “${experiment.title}”
(experiment \`${experiment.id}\`: ${point}; seed ${seed}). It belongs to *First Token*, an explorable, reproducible edition of
[“${PAPER.title}”](${PAPER.url}). It is made for looking into, not for writing text.`;
}

function measurements({ run }: CardContents): string {
  const last = run.evaluations.at(-1)!;
  const rows: [string, string][] = [
    ['Steps, tokens seen', `${whole(last.step)}, ${whole(last.tokens)}`],
    ['Loss on held-out text, nats a token', decimal(last.validationLoss)],
    ...(last.trainingLoss === null
      ? []
      : [['Loss on training text since the evaluation before', decimal(last.trainingLoss)] as [string, string]]),
    [
      'Sink rate, ε = 0.3: share of heads whose mean attention to the first token is above ε',
      decimal(last.sinkRate['0.3']),
    ],
    ['Sink rate, ε = 0.8', decimal(last.sinkRate['0.8'])],
    ['Attention to the first token, mean over heads and queries', decimal(last.firstAttention)],
    ['… above that of uniform attention', decimal(last.firstAttentionAboveChance)],
  ];
  return `## What was measured

After the last step, on ${whole(run.specification.evaluation.sequences)} held-out sequences.

${table(['', ''], rows)}

${byHead(last)}`;
}

function byHead({ headFirstAttention }: Evaluation): string {
  const heads = headFirstAttention[0]!.map((_, head) => `head ${head}`);
  const rows = headFirstAttention.map((layer, index) => [`layer ${index}`, ...layer.map(decimal)]);
  return `Attention to the first token by head:\n\n${table(['', ...heads], rows)}`;
}

function halfPrecision({ run, largestRounding }: CardContents): string {
  return `## Half precision

The run trained, and the numbers above were measured, in float32. \`model.safetensors\` holds each weight as the nearest
float16 number, at most ${largestRounding.toPrecision(2)} from it, so what is measured with this file may differ in the last digits, and
the run's fingerprint (SHA-256, a chain over the float32 weights of every evaluation) cannot be taken from it:

    ${run.evaluations.at(-1)!.fingerprint}`;
}

const BOS = {
  none: 'nowhere',
  document: 'before every document',
  fixed: 'at the first position of every sequence, and only there',
};
const MASK = { causal: 'causal', document: 'causal, within the document' };

function specification(
  { id, specification: { model, data, training, engine, seed }, versions }: Run,
  corpus: CorpusProvenance,
) {
  const { window } = model;
  const { language } = data;
  const rows: [string, string][] = [
    ['Layers, heads, width', `${model.layers}, ${model.heads}, ${model.width}`],
    ['MLP', model.mlp === 'none' ? 'none' : `${model.mlp}, ${model.hiddenWidth} hidden channels`],
    ['Vocabulary, context', `${whole(model.vocabularySize)}, ${whole(model.contextLength)} tokens`],
    [
      'Attention',
      model.attention + (window ? `; the nearest ${window.length} tokens and the first ${window.first}` : ''),
    ],
    ['Positions', model.positions === 'rope' ? `RoPE, base ${whole(model.ropeBase)}` : model.positions],
    ['Norm', `${model.norm}, ε = ${model.normEpsilon}`],
    ['Head', model.tiedHead ? 'tied to the embedding' : 'of its own'],
    ['Text', `${corpus.title}: ${corpus.source}; licence ${corpus.licence}; SHA-256 \`${corpus.sha256}\``],
    ...(language ? [['Sampled language', languageInWords(language)] as [string, string]] : []),
    ...(data.uniqueTokens === null
      ? []
      : [['Text used', `its first ${whole(data.uniqueTokens)} tokens, again and again`] as [string, string]]),
    ['`<bos>`', BOS[data.bos]],
    ['Mask', MASK[data.mask]],
    ['Steps', `${whole(training.steps)}, of ${training.sequencesPerStep} sequences of ${model.contextLength} tokens`],
    [
      'Learning rate',
      `0 to ${training.peakLearningRate} in ${whole(training.warmupSteps)} steps, then ${training.finalLearningRate === training.peakLearningRate ? 'constant' : `linearly to ${training.finalLearningRate}`}`,
    ],
    [
      'AdamW',
      `weight decay ${training.weightDecay}, β ${training.beta1} and ${training.beta2}, ε ${training.epsilon}, gradient norm at most ${training.clipNorm}`,
    ],
    ['Seed, engine', `${seed}, ${engine}`],
    ['Run', `\`${id}\``],
    [
      'Code',
      Object.entries(versions)
        .map(([part, version]) => `${part} ${version}`)
        .join(', '),
    ],
  ];
  return `## How it was trained\n\n${table(['', ''], rows)}`;
}

function languageInWords({ unit, order, triggers }: NonNullable<Run['specification']['data']['language']>): string {
  return `${unit}s drawn from the text's statistics of order ${order}; ${triggers} triggers copy what stands before them`;
}

function loading({ name, run }: CardContents): string {
  const { model, data } = run.specification;
  const tokens = hasTokenizer(data)
    ? `\`tokenizer.json\` is a byte-level BPE of ${whole(model.vocabularySize)} tokens; \`<bos>\` is never added by itself.`
    : 'There is no tokenizer: a token is a character of the training text, numbered by code point; `<bos>` is the last.';
  const first =
    data.bos === 'none'
      ? 'It was trained without `<bos>`: leave it away.'
      : 'Start every sequence with `<bos>`, as in training.';
  return `## How to load it\n\n${isLlama(model) ? loadingLlama(run) : loadingOurs(name, model)}\n\n${tokens} ${first}`;
}

function loadingLlama({ specification: { data } }: Run): string {
  const start = data.bos === 'none' ? '' : '<bos>';
  const ids = hasTokenizer(data)
    ? `tokenizer = AutoTokenizer.from_pretrained(".")
ids = tokenizer("${start}In the beginning", return_tensors="pt").input_ids`
    : 'ids = torch.tensor([[model.config.bos_token_id, 0, 1]])';
  return `Names, layout and \`config.json\` are those of \`LlamaForCausalLM\` in Hugging Face's \`transformers\`:

\`\`\`python
import torch
from transformers import ${hasTokenizer(data) ? 'AutoTokenizer, ' : ''}LlamaForCausalLM

model = LlamaForCausalLM.from_pretrained(".", torch_dtype=torch.float32, attn_implementation="eager")
${ids}
attention = model(ids, output_attentions=True).attentions  # of each layer (1, heads, queries, keys)
print(attention[-1][0, :, 1:, 0].mean(-1))  # what each head of the last layer pays the first token
\`\`\`

This edition's tests compute such files in float64 by the conventions of that class and compare every logit; the library itself
is no part of them.`;
}

function loadingOurs(name: string, { attention, positions, norm, mlp }: ModelConfig): string {
  return `It is no model that \`transformers\` knows (${attention} attention, positions: ${positions}, norm: ${norm}, MLP: ${mlp}), so tensors have
this edition's names, matrices are (in, out), and \`config.json\` holds this edition's configuration. In a clone of it:

\`\`\`ts
import { readModel } from './pipeline/models.ts';

const { config, parameters } = readModel('public/models/${name}');
\`\`\`

In a page, \`loadModel\` of \`src/weights/load.ts\` takes the contents of the two files.`;
}

function limits({ specification: { model, data } }: Run): string {
  const lines = [
    `It has seen one text, and sequences of ${whole(model.contextLength)} tokens; beyond that length it was never trained.`,
    'It is one seed of several: what one model does is an example, the experiment has the intervals.',
    'It is small. What holds for it need not hold for large models.',
  ];
  if (data.mask === 'document') {
    lines.push('It was trained to attend within documents; whoever gives it several in a sequence must mask likewise.');
  }
  return `## Limits\n\n${lines.map((line) => `* ${line}`).join('\n')}`;
}

function reproduction({ run, experiment }: CardContents): string {
  const { finishedAt, seconds, machine, commit } = run.execution;
  return `## How to make it again

In a clone of this edition, this trains it again and compares the fingerprint of every evaluation:

    npm run pipeline -- verify ${experiment.id} --run ${run.id}

The run took ${whole(Math.round(seconds))} s (${machine}; commit ${commit}; ${finishedAt.slice(0, 10)}).`;
}

function citation({ name, run }: CardContents): string {
  const [, arxiv] = /arxiv\.org\/abs\/(.+)$/.exec(PAPER.url) ?? [];
  return `## How to cite it

The paper, and this edition:

\`\`\`bibtex
@misc{${PAPER.citation},
  title = {${PAPER.title}},
  author = {${PAPER.authors.join(' and ')}},
  year = {20${arxiv!.slice(0, 2)}},
  eprint = {${arxiv}},
  archivePrefix = {arXiv},
  url = {${PAPER.url}}
}

@misc{firsttoken-${run.id},
  title = {First Token: model ${name}, run ${run.id}},
  author = {{First Token contributors}},
  year = {${run.execution.finishedAt.slice(0, 4)}},
  note = {An explorable, reproducible edition of \`\`${PAPER.title}''}
}
\`\`\``;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function decimal(value: number): string {
  return value.toFixed(3);
}

/** 1,234,567 */
function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
