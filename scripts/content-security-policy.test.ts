import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { policyFor, withPolicy } from './content-security-policy.ts';

const hash = (code: string) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;

describe('the policy of a page', () => {
  test('allows the scripts that stand in it, by their bytes, and no others', () => {
    const html =
      '<script>a()</script><script type="module">\nb()\n</script><script src="/c.js"></script>' +
      '<script type="application/json">{"d": 1}</script><script>a()</script>';
    const sources = /script-src ([^;]*)/.exec(policyFor(html))![1]!.split(' ');
    expect(sources).toEqual(["'self'", "'wasm-unsafe-eval'", hash('a()'), hash('\nb()\n')]);
  });

  test('names no other origin and lets no text become code', () => {
    const policy = policyFor('<p></p>');
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/https?:|\*|'unsafe-eval'|script-src[^;]*'unsafe-inline'/);
    expect(policy).toContain("frame-src 'self'");
    for (const closed of ['base-uri', 'form-action']) expect(policy).toContain(`${closed} 'none'`);
  });

  test('stands behind the encoding and before anything that loads', () => {
    const html = withPolicy('<head><meta charset="utf-8"><link href="/a.css"><script>a()</script></head>', 'a.html');
    expect(html).toMatch(
      /^<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="[^"]+"><link/,
    );
    expect(() => withPolicy('<head></head>', 'b.html')).toThrow('b.html: it declares no encoding');
  });
});
