/** One sequence of the language and the attention of a published model on it, for the time before there is one of the reader's own. */

export interface Still {
  labels: string[];
  triggers: string[];
  /** (T, T) of its only head, rounded. */
  map: number[];
}

/** The same as it is shown. @param seed of the model. */
export function publishedSample({ labels, triggers, map }: Still, seed: number) {
  return { labels, triggers, map: Float32Array.from(map), of: `published model of seed ${seed}, trained` };
}
