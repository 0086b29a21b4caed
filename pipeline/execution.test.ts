import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { currentCommit, machine } from './execution.ts';

describe('currentCommit', () => {
  it('is a commit, marked when files differ from it, or says that there is none', () => {
    expect(currentCommit()).toMatch(/^([0-9a-f]{40}(-dirty)?|unknown)$/);
  });

  it('is unknown without git', () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      expect(currentCommit()).toBe('unknown');
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('machine', () => {
  it('says processor and cores, and not which host it is', () => {
    expect(machine()).toMatch(/^.+, \d+ cores?$/);
    expect(machine()).not.toContain(hostname());
  });
});
