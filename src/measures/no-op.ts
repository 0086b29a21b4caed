/**
 * Whether a head that attends to the first token writes nothing (the paper's approximate no-op, §3.2 and figure 4): how
 * large its writes are, and on what it switches.
 */

/** Lengths of the writes of one head for one query, all after the head's output matrix. */
export interface HeadWrite {
  /** Of what it writes from the first token: a_0 ||v_0 W||. */
  first: number;
  /** Of the parts, each token's taken by itself and added up: sum over j of a_j ||v_j W||. */
  parts: number;
  /** Of the write itself: ||sum over j of a_j v_j W||. */
  whole: number;
}

/**
 * The Gram matrix W W^T (Dh, Dh) of a head's rows of the output matrix, with which the length of v W is
 * sqrt(v G v^T), whatever the width of the model.
 * @param output (D, D), (in, out)
 */
export function outputGram(output: Float32Array, width: number, head: number, headWidth: number): Float64Array {
  const gram = new Float64Array(headWidth * headWidth);
  for (let a = 0; a < headWidth; a++) {
    for (let b = 0; b < headWidth; b++) {
      let sum = 0;
      for (let o = 0; o < width; o++) {
        sum += output[(head * headWidth + a) * width + o]! * output[(head * headWidth + b) * width + o]!;
      }
      gram[a * headWidth + b] = sum;
    }
  }
  return gram;
}

/** sqrt(v G v^T): the length of what a head writes for the value v. */
export function writtenLength(value: ArrayLike<number>, gram: Float64Array): number {
  const width = value.length;
  let square = 0;
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) square += value[a]! * gram[a * width + b]! * value[b]!;
  }
  return Math.sqrt(Math.max(square, 0)); // rounding can leave a little less than nothing
}

/**
 * What a head writes for one query.
 * @param attention its weights, one a token it sees
 * @param values the value vectors (Dh) of these tokens
 * @param lengths of what each of these values would write, by `writtenLength`
 */
export function headWrite(
  attention: ArrayLike<number>,
  values: readonly ArrayLike<number>[],
  lengths: ArrayLike<number>,
  gram: Float64Array,
): HeadWrite {
  const mixed = new Float64Array(values[0]!.length);
  let parts = 0;
  for (let j = 0; j < attention.length; j++) {
    parts += attention[j]! * lengths[j]!;
    for (let i = 0; i < mixed.length; i++) mixed[i]! += attention[j]! * values[j]![i]!;
  }
  return { first: attention[0]! * lengths[0]!, parts, whole: writtenLength(mixed, gram) };
}

/** How a head writes when it attends to the first token most, and when least. */
export interface OffAndOn {
  /** Mean attention to the first token over the quarter of queries that attend to it most. */
  attentionOff: number;
  /** Share of the first token in the parts that these queries write; `attentionOff` if its value were as the others'. */
  firstShare: number;
  /** What these queries write from the first token, over all that they write. */
  firstOverWhole: number;
  /** What these queries write over what is written by the quarter that attends to the first token least. */
  offOverOn: number;
}

/**
 * @param attention of each query to the first token
 * @param writes of each query, in the same order
 */
export function offAndOn(attention: ArrayLike<number>, writes: readonly HeadWrite[]): OffAndOn {
  const order = Array.from({ length: writes.length }, (_, i) => i).sort((a, b) => attention[b]! - attention[a]!);
  const quarter = Math.ceil(order.length / 4);
  const off = order.slice(0, quarter);
  const sumOver = (queries: readonly number[], of: (query: number) => number) =>
    queries.reduce((sum, query) => sum + of(query), 0);
  const wholeOff = sumOver(off, (query) => writes[query]!.whole);
  const firstOff = sumOver(off, (query) => writes[query]!.first);
  return {
    attentionOff: sumOver(off, (query) => attention[query]!) / quarter,
    firstShare: firstOff / sumOver(off, (query) => writes[query]!.parts),
    firstOverWhole: firstOff / wholeOff,
    offOverOn: wholeOff / sumOver(order.slice(-quarter), (query) => writes[query]!.whole),
  };
}

/** How values differ between the members of a class and the rest. */
export interface Split {
  /** Eta squared: the share of the variance of the values that the class explains, 0 to 1; 0 where nothing varies. */
  explained: number;
  /** Mean of the class; of all where the class is empty. */
  inside: number;
  /** Mean of the rest; of all where there is no rest. */
  outside: number;
  /** Members of the class, as a share. */
  share: number;
}

/** @param members 1 for a member of the class, 0 for the rest, one a value */
export function splitBy(values: ArrayLike<number>, members: ArrayLike<number>): Split {
  const n = values.length;
  let [all, square, inside, count] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    all += value;
    square += value * value;
    if (members[i] === 1) {
      inside += value;
      count++;
    }
  }
  const mean = all / n;
  if (count === 0 || count === n) return { explained: 0, inside: mean, outside: mean, share: count / n };
  const total = square - n * mean * mean;
  const [a, b] = [inside / count, (all - inside) / (n - count)];
  const between = count * (a - mean) * (a - mean) + (n - count) * (b - mean) * (b - mean);
  return { explained: total > 0 ? Math.min(between / total, 1) : 0, inside: a, outside: b, share: count / n };
}
