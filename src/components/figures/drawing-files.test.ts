import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { experimentResults } from '../../content/results.ts';
import { drawingFiles } from './drawing-files.ts';
import { emergence } from './emergence.ts';

it('the name of every file holds a hash of its content, so that it can be cached for ever', () => {
  const { drawings, readout } = drawingFiles(emergence, experimentResults('emergence'));
  const files = [...Object.values(drawings), readout!];
  expect(files).toHaveLength(4);
  for (const { name, content } of files) {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
    expect(name).toMatch(new RegExp(`^[a-z]+-${hash}\\.(svg|json)$`));
  }
});
