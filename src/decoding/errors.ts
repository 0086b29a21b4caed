/** What is wrong with a model, a policy or a token that a decoder is given. */

/** A model, a policy, a token or a slot that a decoder cannot take; the message says what to do. */
export class DecodingError extends Error {
  override readonly name: string = 'DecodingError';
}

/** A model of a kind that the decoder does not compute; `field` names the part of its configuration. */
export class UnsupportedModelError extends DecodingError {
  override readonly name = 'UnsupportedModelError';
  constructor(
    readonly field: string,
    value: unknown,
    known: string,
  ) {
    super(`${field}: a decoder computes models with ${known} alone, not ${JSON.stringify(value)}`);
  }
}
