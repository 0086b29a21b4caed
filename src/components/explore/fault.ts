/** What goes wrong with an explorer, in words that the reader can act on. */

/** What keeps a model from being opened, and what the reader can do about it. */
export class ModelFault extends Error {
  override readonly name = 'ModelFault';
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** Any error as a fault that can be shown. */
export function faultOf(error: unknown): ModelFault {
  if (error instanceof ModelFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ModelFault(`Something unforeseen happened: ${message}.`, 'Try again, or reload the page.');
}
