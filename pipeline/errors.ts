/** The two ways in which a command can end badly; both are told in words, never by a stack trace. */

/** The command was asked for something that does not exist: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was understood but could not be carried out: exit status 1. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
}
