import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadTokenSource } from './text.ts';

const DATA = { corpus: 'none', bos: 'fixed', mask: 'causal', uniqueTokens: null, language: null } as const;

/** Answers every request with what `respond` gives for its file name. */
function serve(respond: (name: string) => Response): void {
  vi.stubGlobal('fetch', async (address: string) => respond(address.split('/').at(-1)!));
}

afterEach(() => vi.unstubAllGlobals());

describe('the text of a live run', () => {
  it('says which file is missing and what to do', async () => {
    serve((name) => new Response('', { status: name === 'text.txt.gz' ? 404 : 200 }));
    await expect(loadTokenSource('/base/', DATA)).rejects.toMatchObject({
      fault: {
        kind: 'corpus',
        message: expect.stringContaining('404 for /base/corpora/none/text.txt.gz'),
        remedy: expect.stringContaining('start again'),
      },
    });
  });

  it('says so when there is no answer at all', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(loadTokenSource('/', DATA)).rejects.toMatchObject({
      fault: { message: expect.stringContaining('no answer') },
    });
  });

  it('says so when what came is a page, not a text', async () => {
    serve(() => new Response('<!doctype html>'));
    await expect(loadTokenSource('/', DATA)).rejects.toMatchObject({ fault: { kind: 'corpus' } });
  });

  it('tries again after a failure', async () => {
    serve(() => new Response('', { status: 503 }));
    await expect(loadTokenSource('/', DATA)).rejects.toMatchObject({
      fault: { message: expect.stringContaining('503') },
    });
    serve(() => new Response('', { status: 500 }));
    await expect(loadTokenSource('/', DATA)).rejects.toMatchObject({
      fault: { message: expect.stringContaining('500') },
    });
  });
});
