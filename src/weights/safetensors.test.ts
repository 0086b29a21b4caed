import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFloat16Bits, toFloat16Bits } from './float16.ts';
import {
  DTYPES,
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  SafetensorsError,
  type SafetensorsFault,
  type SafetensorsLimits,
} from './safetensors.ts';

const names = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', '', 'a.b', 'ä"\\\n', '\u{1f600}'),
  fc.string({ unit: 'grapheme' }),
);

const tensors: fc.Arbitrary<NamedTensor[]> = fc.uniqueArray(
  fc
    .record({ name: names, shape: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }), seed: fc.float({ noNaN: true }) })
    .map(({ name, shape, seed }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return { name, shape, values: Float32Array.from({ length: size }, (_, i) => (i % 2 === 0 ? seed : -i / 3)) };
    }),
  { selector: ({ name }) => name, maxLength: 6 },
);

const metadata = fc.dictionary(
  names.filter((key) => key !== '__proto__'),
  fc.string({ unit: 'grapheme' }),
);

/** A file of this header, as it is, and so many bytes of data. */
function fileOf(header: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

function faultOf(bytes: Uint8Array, limits?: Partial<SafetensorsLimits>): { fault: SafetensorsFault; message: string } {
  try {
    decodeSafetensors(bytes, limits);
  } catch (error) {
    expect(error).toBeInstanceOf(SafetensorsError);
    return error as SafetensorsError;
  }
  throw new Error('the file was read');
}

const entry = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe('what is written', () => {
  it('is the format, byte for byte', () => {
    const bytes = encodeSafetensors(
      [
        { name: 'b', shape: [2], values: Float32Array.of(1, -2) },
        { name: 'a', shape: [], values: Float32Array.of(0.5) },
      ],
      { dtype: 'F16', metadata: { format: 'pt' } },
    );
    const header =
      '{"__metadata__":{"format":"pt"},' +
      '"b":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"a":{"dtype":"F16","shape":[],"data_offsets":[4,6]}}';
    const length = Math.ceil(header.length / 8) * 8;
    expect([...bytes.subarray(0, 8)]).toEqual([length, 0, 0, 0, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(header.padEnd(length, ' '));
    expect([...bytes.subarray(8 + length)]).toEqual([0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38]);
  });

  it.each(DTYPES)('is read back: %s', (dtype) => {
    const stored = (value: number) => (dtype === 'F32' ? value : fromFloat16Bits(toFloat16Bits(value)));
    fc.assert(
      fc.property(tensors, metadata, (written, texts) => {
        const small = written.map((tensor) => ({ ...tensor, values: tensor.values.map((v) => v % 60_000) }));
        const bytes = encodeSafetensors(small, { dtype, metadata: texts });
        expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
        // Amid other bytes, at an odd place: a view of a larger buffer is a file as well.
        const amid = new Uint8Array(bytes.length + 5);
        amid.set(bytes, 3);
        const read = decodeSafetensors(amid.subarray(3, 3 + bytes.length));
        expect(Object.fromEntries(read.metadata)).toEqual({ ...texts });
        expect(new Set(read.tensors.keys())).toEqual(new Set(small.map(({ name }) => name)));
        for (const { name, shape, values } of small) {
          expect(read.tensors.get(name)).toEqual({ dtype, shape, values: values.map(stored) });
        }
      }),
    );
  });

  it('keeps infinities, NaN and the sign of zero', () => {
    const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0);
    for (const dtype of DTYPES) {
      const bytes = encodeSafetensors([{ name: 'a', shape: [4], values }], { dtype });
      expect(decodeSafetensors(bytes).tensors.get('a')!.values).toEqual(values);
      expect(faultOf(bytes, { finite: true }).message).toBe('tensor "a": its number 0 is NaN');
    }
  });

  it.each<[string, NamedTensor[], SafetensorsFault]>([
    ['a reserved name', [{ name: '__metadata__', shape: [0], values: new Float32Array() }], 'bad header'],
    ['a name twice', ['a', 'a'].map((name) => ({ name, shape: [0], values: new Float32Array() })), 'duplicate name'],
    ['another shape', [{ name: 'a', shape: [2, 3], values: new Float32Array(5) }], 'wrong size'],
    ['a number beyond half precision', [{ name: 'a', shape: [1], values: Float32Array.of(70_000) }], 'not finite'],
  ])('is refused: %s', (_, written, fault) => {
    expect(() => encodeSafetensors(written, { dtype: 'F16' })).toThrow(
      expect.objectContaining({ name: 'SafetensorsError', fault }),
    );
  });
});

describe('what is read', () => {
  it.each<[string, Uint8Array, SafetensorsFault, RegExp]>([
    ['nothing', new Uint8Array(), 'cut short', /file: it has 0 bytes/],
    ['no header', new Uint8Array(8), 'not json', /header: it does not start with \{/],
    ['a header cut short', fileOf('{"a":1}', 0).subarray(0, 12), 'cut short', /should have 7 bytes, 4 are there/],
    ['text', new TextEncoder().encode('version https://git-lfs'), 'too large', /is it safetensors\?/],
    ['a length of 2^32 and more', Uint8Array.of(2, 0, 0, 0, 1, 0, 0, 0, 0x7b, 0x7d), 'too large', /4294967298 bytes/],
    ['no JSON', fileOf('{"a":', 0), 'not json', /header: /],
    ['no UTF-8', fileOf('{"a":1}', 0).map((byte) => (byte === 0x61 ? 0xff : byte)), 'not json', /header: /],
    ['a mark before the header', fileOf('\ufeff{}', 0), 'not json', /does not start with \{/],
    ['a list', fileOf('[]', 0), 'not json', /does not start with \{/],
    ['a name twice', fileOf(`{"a":${entry(0, 4)},"a":${entry(0, 4)}}`, 4), 'duplicate name', /"a" stands there twice/],
    ['a name twice, escaped', fileOf(`{"a":${entry(0, 4)},"\\u0061" :${entry(0, 4)}}`, 4), 'duplicate name', /"a"/],
    ['a field twice', fileOf('{"a":{"dtype":"F32","dtype":"F16"}}', 0), 'duplicate name', /"dtype"/],
    ['metadata that are no texts', fileOf('{"__metadata__":{"a":1}}', 0), 'bad header', /"a" must be a text, not 1/],
    ['metadata that are no object', fileOf('{"__metadata__":["a"]}', 0), 'bad header', /must be an object/],
    ['a tensor that is no object', fileOf('{"a":null}', 0), 'bad header', /tensor "a": it must be an object, not null/],
    [
      'an unknown dtype',
      fileOf(`{"a":${entry(0, 4, [1], 'F8_E4M3')}}`, 4),
      'unknown dtype',
      /its dtype is "F8_E4M3"; F32/,
    ],
    ['no dtype', fileOf('{"a":{}}', 0), 'unknown dtype', /its dtype is missing/],
    ['a dtype of every object', fileOf(`{"a":${entry(0, 4, [1], 'toString')}}`, 4), 'unknown dtype', /toString/],
    ['a dtype from a prototype', fileOf(`{"a":{"__proto__":${entry(0, 4)}}}`, 4), 'unknown dtype', /missing/],
    ['a shape with a fraction', fileOf(`{"a":${entry(0, 4, [0.5])}}`, 4), 'bad header', /\[0\.5\]/],
    ['a negative shape', fileOf(`{"a":${entry(0, 4, [-1, -1])}}`, 4), 'bad header', /\[-1,-1\]/],
    ['a shape beyond counting', fileOf(`{"a":${entry(0, 4, [2 ** 40, 2 ** 40])}}`, 4), 'wrong size', /be counted/],
    [
      'offsets the wrong way',
      fileOf('{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}', 4),
      'bad header',
      /\[4,0\]/,
    ],
    ['three offsets', fileOf('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0,0]}}', 0), 'bad header', /\[0,0,0\]/],
    ['a shape that is not its size', fileOf(`{"a":${entry(0, 8, [3])}}`, 8), 'wrong size', /take 12 bytes.*give it 8/],
    [
      'an overlap',
      fileOf(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12),
      'overlap',
      /"b": it starts at byte 4.*ends at 8/,
    ],
    ['the same bytes twice', fileOf(`{"a":${entry(0, 4)},"b":${entry(0, 4)}}`, 4), 'overlap', /"b"/],
    ['a hole', fileOf(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12), 'hole', /"b": it starts at byte 8.*ends at 4/],
    ['a hole at the start', fileOf(`{"a":${entry(4, 8)}}`, 8), 'hole', /"a": it starts at byte 4/],
    ['bytes left over', fileOf(`{"a":${entry(0, 4)}}`, 7), 'hole', /file: its last 3 bytes/],
    ['data cut short', fileOf(`{"a":${entry(0, 8)}}`, 7), 'cut short', /byte 8 of the data, of which there are 7/],
  ])('is refused: %s', (_, bytes, fault, message) => {
    const error = faultOf(bytes);
    expect(error.fault).toBe(fault);
    expect(error.message).toMatch(message);
  });

  it('may have its tensors in any order, more fields, and a header without spaces at its end', () => {
    const bytes = fileOf(`{"b":${entry(4, 8)},"a":{"more":[{}],${entry(0, 4).slice(1)}}`, 8);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, 2, true);
    const { tensors: read } = decodeSafetensors(bytes);
    expect([...read.keys()]).toEqual(['a', 'b']);
    expect(read.get('b')!.values[0]).toBe(2);
  });

  it('may be a tensor named __proto__, which stays a name', () => {
    const bytes = fileOf(`{"__proto__":${entry(0, 4)}}`, 4);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(['__proto__']);
    expect(({} as { dtype?: string }).dtype).toBeUndefined();
  });

  it('is limited in size before it is parsed', () => {
    const bytes = fileOf(`{"a":${entry(0, 4)},"b":${entry(4, 8)}}`, 8);
    expect(faultOf(bytes, { fileBytes: bytes.length - 1 }).message).toMatch(/^file: it has \d+ bytes, more than/);
    expect(faultOf(bytes, { tensors: 1 }).message).toMatch('names more than 1 tensors');
    const unparsable = fileOf('{'.repeat(100), 0);
    expect(faultOf(unparsable, { headerBytes: 99 }).fault).toBe('too large');
    expect(faultOf(unparsable, { headerBytes: 100 }).fault).toBe('not json');
  });

  it('is told shortly, however long it is, and soon', () => {
    const long = 'x'.repeat(500_000);
    const started = performance.now();
    expect(faultOf(fileOf(`{"${long}":{"dtype":"${long}"}}`, 0), { headerBytes: 2e6 }).message.length).toBeLessThan(
      300,
    );
    expect(faultOf(fileOf(`{"a":${'[{"b":'.repeat(50_000)}`, 0)).fault).toBe('not json');
    expect(faultOf(fileOf(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 0)).fault).toMatch(/bad header|not json/);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('files that were damaged or made to harm', () => {
  const good = encodeSafetensors(
    [
      { name: 'first', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: 'second', shape: [4], values: Float32Array.of(-1, 0, 0.5, 9) },
    ],
    { dtype: 'F32', metadata: { format: 'pt' } },
  );
  const readOrRefuse = (bytes: Uint8Array): void => {
    try {
      const { tensors: read } = decodeSafetensors(bytes, { fileBytes: 10_000 });
      for (const { shape, values } of read.values()) expect(shape.reduce((a, b) => a * b, 1)).toBe(values.length);
    } catch (error) {
      expect(error).toBeInstanceOf(SafetensorsError);
    }
  };

  it('cut short anywhere, they are refused', () => {
    for (let length = 0; length < good.length; length++) expect(faultOf(good.subarray(0, length)).fault).toBeTruthy();
  });

  it('with bits turned, they are read within their bounds or refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 7 })), { minLength: 1, maxLength: 4 }),
        (flips) => {
          const bytes = good.slice();
          for (const [at, bit] of flips) bytes[at]! ^= 1 << bit;
          readOrRefuse(bytes);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('with any header, likewise', () => {
    const wild = fc.oneof(
      fc.constantFrom('F32', 'F16', '__proto__'),
      fc.nat({ max: 20 }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const fields = fc.record(
      {
        dtype: wild,
        shape: fc.oneof(fc.array(wild, { maxLength: 3 }), wild),
        data_offsets: fc.array(wild, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    const entries = fc.array(fc.tuple(fc.oneof(names, fc.constant('__metadata__')), fc.oneof(fields, wild)), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(entries, fc.nat({ max: 40 }), (list, dataBytes) => {
        const header = list.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
        readOrRefuse(fileOf(`{${header.join(',')}}`, dataBytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('and with any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
        const bytes = new Uint8Array(8 + rest.length);
        bytes[0] = rest.length;
        bytes.set(rest, 8);
        readOrRefuse(bytes);
        readOrRefuse(rest);
      }),
      { numRuns: 1000 },
    );
  });
});
