/**
 * Properties are tried on examples drawn at random. By themselves, as `npm run test:unit` runs them, every run draws others
 * and may find what none found before; `npm test`, which says whether one commit is sound, sets PROPERTY_SEED, so that the
 * same commit gives the same answer. A failure found by chance is named by its seed in fast-check's message: it becomes a
 * test of its own.
 */
import fc from 'fast-check';

const given = process.env['PROPERTY_SEED'];
if (given !== undefined) {
  const seed = Number(given);
  if (given.trim() === '' || !Number.isInteger(seed)) {
    throw new Error(`PROPERTY_SEED takes a whole number, not "${given}"; without it examples are drawn at random`);
  }
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
