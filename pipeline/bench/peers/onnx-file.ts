/**
 * Writes a model in ONNX's file format (github.com/onnx/onnx, `onnx.proto`): protocol buffers, of which only the fields
 * that a graph needs. Field numbers stand beside their names.
 */

/** Elements of a tensor, by ONNX's numbers. */
const FLOAT = 1;
const INT64 = 7;

type Attribute = number | readonly number[] | string | { float: number };

/** A graph as it is built: every method that adds a node returns the name of what it computes. */
export class OnnxGraph {
  private readonly nodes: Uint8Array[] = [];
  private readonly initializers: Uint8Array[] = [];
  private readonly inputs: Uint8Array[] = [];
  private readonly outputs: Uint8Array[] = [];
  private names = 0;

  input(name: string, kind: 'float' | 'int64', shape: readonly number[]): string {
    this.inputs.push(valueInfo(name, kind === 'float' ? FLOAT : INT64, shape));
    return name;
  }

  output(name: string, value: string, shape: readonly number[]): void {
    this.node('Identity', [value], {}, [name]);
    this.outputs.push(valueInfo(name, FLOAT, shape));
  }

  /** A constant tensor. */
  constant(values: Float32Array | BigInt64Array, shape: readonly number[]): string {
    const name = this.unique();
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const kind = values instanceof Float32Array ? FLOAT : INT64;
    this.initializers.push(message([...shape.map((d) => int(1, d)), int(2, kind), text(8, name), bytes(9, raw)]));
    return name;
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** A list of whole numbers, such as a shape or axes. */
  list(...values: number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** One operator with one result. Operators of ONNX Runtime's own are written with their domain, `com.microsoft:Name`. */
  op(operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.ops(operator, inputs, 1, attributes)[0]!;
  }

  /** One operator with several results. */
  ops(
    operator: string,
    inputs: readonly string[],
    results: number,
    attributes: Record<string, Attribute> = {},
  ): string[] {
    const outputs = Array.from({ length: results }, () => this.unique());
    this.node(operator, inputs, attributes, outputs);
    return outputs;
  }

  /** The bytes of the file. */
  encode(): Uint8Array {
    const graph = [
      ...this.nodes.map((node) => bytes(1, node)),
      text(2, 'training step'),
      ...this.initializers.map((tensor) => bytes(5, tensor)),
      ...this.inputs.map((info) => bytes(11, info)),
      ...this.outputs.map((info) => bytes(12, info)),
    ];
    const operators = (domain: string, version: number) => bytes(8, message([text(1, domain), int(2, version)]));
    return message([int(1, 8), bytes(7, message(graph)), operators('', 18), operators('com.microsoft', 1)]);
  }

  private node(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute>,
    outputs: readonly string[],
  ): void {
    const [domain, name] = operator.includes(':') ? operator.split(':') : ['', operator];
    this.nodes.push(
      message([
        ...inputs.map((input) => text(1, input)),
        ...outputs.map((output) => text(2, output)),
        text(4, name!),
        ...Object.entries(attributes).map((entry) => bytes(5, attribute(...entry))),
        text(7, domain!),
      ]),
    );
  }

  private unique(): string {
    return `t${this.names++}`;
  }
}

/** `type` (20) says which field holds the value: 1 a float (2), 2 a whole number (3), 3 a text (4), 7 whole numbers (8). */
function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'number') return message([text(1, name), int(3, value), int(20, 2)]);
  if (typeof value === 'string') return message([text(1, name), text(4, value), int(20, 3)]);
  if ('float' in value) return message([text(1, name), float(2, value.float), int(20, 1)]);
  return message([text(1, name), ...value.map((item) => int(8, item)), int(20, 7)]);
}

function valueInfo(name: string, kind: number, shape: readonly number[]): Uint8Array {
  const dimensions = message(shape.map((length) => bytes(1, message([int(1, length)]))));
  const tensor = message([int(1, kind), bytes(2, dimensions)]);
  return message([text(1, name), bytes(2, message([bytes(1, tensor)]))]);
}

function message(fields: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(fields.reduce((sum, field) => sum + field.length, 0));
  let offset = 0;
  for (const field of fields) {
    whole.set(field, offset);
    offset += field.length;
  }
  return whole;
}

function varint(value: number): number[] {
  let left = BigInt.asUintN(64, BigInt(value));
  const groups: number[] = [];
  do {
    groups.push(Number(left & 127n) | (left > 127n ? 128 : 0));
    left >>= 7n;
  } while (left > 0n);
  return groups;
}

function int(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8), ...varint(value)]);
}

function float(field: number, value: number): Uint8Array {
  return message([Uint8Array.from(varint(field * 8 + 5)), new Uint8Array(Float32Array.of(value).buffer)]);
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return message([Uint8Array.from([...varint(field * 8 + 2), ...varint(value.length)]), value]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}
