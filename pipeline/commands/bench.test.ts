import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Peer } from '../../src/benchmark/peer.ts';
import { SMALL } from '../bench/bench.fixture.ts';
import { onnxruntimePeer } from '../bench/peers/onnxruntime.ts';
import { type BenchReport, bench } from './bench.ts';

const absent: Peer = { name: 'absent', start: () => Promise.reject(new Error('it is not installed')) };

it('bench prints what it writes: the product first, then the kernels, then the peers that are here', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const json = join(folder, 'bench.json');
  let text = '';
  const out = { write: (part: string) => (text += part) };
  const workloads = [SMALL, { ...SMALL, name: 'other', sequences: 2 }];
  try {
    expect(await bench({ out, repetitions: 1, peers: [absent, onnxruntimePeer], json, workloads })).toBe(0);
    const { rows, entries }: BenchReport = JSON.parse(readFileSync(json, 'utf8'));
    expect(entries[0]).toEqual({ peer: 'absent', refused: 'it is not installed' });
    expect(text).toContain('absent does not race: it is not installed');

    const first = rows.filter(({ workload }) => workload === 'small');
    expect(first[0]!.contestant).toMatch(/^matrix product/);
    expect(first[1]!.contestant).toBe('kernels, one thread');
    expect(first.at(-1)!.contestant).toBe(onnxruntimePeer.name);
    for (const row of rows) {
      expect(text).toContain(row.contestant);
      expect(row.milliseconds).toBeGreaterThan(0);
    }
    // Peers race on the first workload alone.
    expect(rows.filter(({ contestant }) => contestant === onnxruntimePeer.name)).toHaveLength(1);
    expect(rows.some(({ workload }) => workload === 'other')).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('bench says before it measures when the file cannot be written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'file'), '');
  const out = { write: () => expect.fail('it measures already') };
  try {
    for (const json of [folder, join(folder, 'file', 'bench.json')]) {
      await expect(bench({ out, repetitions: 1, peers: [], json, workloads: [SMALL] })).rejects.toThrow(
        /^cannot write /,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
