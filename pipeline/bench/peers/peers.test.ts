import { describe, expect, it } from 'vitest';
import { stepContestant } from '../../../src/benchmark/contestants.ts';
import { enter, firstLosses } from '../../../src/benchmark/entry.ts';
import type { Peer } from '../../../src/benchmark/peer.ts';
import { compileKernels } from '../../kernels.ts';
import { SMALL } from '../bench.fixture.ts';
import { PEER_SETS } from './index.ts';
import { pytorchPeer } from './pytorch.ts';

const { engine } = await stepContestant(await compileKernels(), SMALL, []);
const expected = await firstLosses(engine, SMALL);
engine.dispose();

function peerOf(losses: readonly number[], told: string[] = []): Peer {
  const left = [...losses];
  return {
    name: 'a peer',
    start: async () => ({ step: () => left.shift()!, dispose: () => void told.push('disposed') }),
  };
}

describe('the peers from npm compute the losses of the kernels', () => {
  it.each(PEER_SETS.node)('$name', async (peer) => {
    const { entry, contestant } = await enter(peer, SMALL, expected);
    expect(entry).toEqual({ peer: peer.name, difference: expect.closeTo(0, 5) });
    await contestant!.run();
    contestant!.dispose();
  });
});

describe('a peer does not race', () => {
  it('when its losses are others', async () => {
    const told: string[] = [];
    const losses = [...expected.slice(0, 4), 1.002 * expected[4]!];
    const { entry, contestant } = await enter(peerOf(losses, told), SMALL, expected);
    expect(contestant).toBeUndefined();
    expect(entry.refused).toBe("its losses differ by 2.0e-3 of the kernels', so it trains another model");
    expect(told).toEqual(['disposed']);
  });

  it('when its losses are no numbers', async () => {
    const { entry } = await enter(peerOf([expected[0]!, Number.NaN, ...expected.slice(2)]), SMALL, expected);
    expect(entry.refused).toMatch(/^its losses differ by Infinity/);
  });

  it('when it cannot be started, with the first line of the reason', async () => {
    const start = () => Promise.reject(new Error('it is not installed\nRequire stack: ...'));
    expect((await enter({ name: 'a peer', start }, SMALL, expected)).entry).toEqual({
      peer: 'a peer',
      refused: 'it is not installed',
    });
  });

  it('when there is no such Python', async () => {
    const before = process.env['PYTHON'];
    process.env['PYTHON'] = 'no-such-python';
    try {
      const { entry } = await enter(pytorchPeer, SMALL, expected);
      expect(entry.refused).toBe('there is no no-such-python; PYTHON can name another interpreter');
    } finally {
      if (before === undefined) delete process.env['PYTHON'];
      else process.env['PYTHON'] = before;
    }
  });
});

it('a slow peer is compared on fewer steps and takes part in fewer rounds', async () => {
  const peer = { ...peerOf([...expected.slice(0, 2), 99]), comparedSteps: 2, rounds: 1 };
  const { entry, contestant } = await enter(peer, SMALL, expected);
  expect(entry.difference).toBe(0);
  expect(contestant!.rounds).toBe(1);
});
