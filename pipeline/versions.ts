/** The versions of the code that can change a run's bits, by the engine that computes it. */
import { KERNELS_ENGINE_VERSION } from '../src/engine/kernels/version.ts';
import { TENSORFLOW_ENGINE_VERSION } from '../src/engine/tensorflow/engine.ts';
import { MEASURES_VERSION } from '../src/measures/sink.ts';
import { TRAINING_VERSION } from '../src/training/version.ts';
import { CORPUS_VERSION, TOKENIZER_VERSION } from './corpus/index.ts';
import type { VersionsOf } from './plan.ts';

const ENGINE_VERSIONS = {
  kernels: `kernels/${KERNELS_ENGINE_VERSION}`,
  'tensorflow/wasm': TENSORFLOW_ENGINE_VERSION,
  'tensorflow/cpu': TENSORFLOW_ENGINE_VERSION,
};

export const versionsOf: VersionsOf = (engine) => ({
  engine: ENGINE_VERSIONS[engine],
  training: TRAINING_VERSION,
  measures: MEASURES_VERSION,
  corpus: CORPUS_VERSION,
  tokenizer: TOKENIZER_VERSION,
});
