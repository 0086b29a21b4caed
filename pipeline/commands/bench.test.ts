import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WORKLOADS } from '../bench/workload.ts';
import { type BenchReport, bench } from './bench.ts';

const [base] = WORKLOADS;
const small = {
  name: 'small',
  model: { ...base!.model, layers: 1, width: 16, hiddenWidth: 16, vocabularySize: 16, contextLength: 8 },
  sequences: 4,
};

it('bench prints what it writes: the product first, every other contestant against it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const json = join(folder, 'bench.json');
  let text = '';
  const out = { write: (part: string) => (text += part) };
  try {
    expect(await bench({ out, repetitions: 1, json, workloads: [small] })).toBe(0);
    const { rows }: BenchReport = JSON.parse(readFileSync(json, 'utf8'));
    expect(rows.map(({ contestant }) => contestant)[0]).toMatch(/^matrix product/);
    expect(rows[0]!.ratioToProduct).toBe(1);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      expect(text).toContain(row.contestant);
      expect(row.ratioToProduct).toBeCloseTo(row.gflops / rows[0]!.gflops, 12);
    }
    expect(rows[1]!.tokensPerSecond).toBeCloseTo((1000 * 32) / rows[1]!.milliseconds, 6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
