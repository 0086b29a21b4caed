import { describe, expect, test } from 'vitest';
import { PipelineError } from '../errors.ts';
import { usfmChapters } from './usfm.ts';

/** A book of these lines, after its head. */
function chapters(...lines: string[]): string[][] {
  return usfmChapters(['A notice.', '\\id TST', '\\h Test', '\\mt1 Test', ...lines].join('\n'), 'test.usfm');
}

describe('the text of a book', () => {
  test('is its paragraphs by chapter, verses joined', () => {
    expect(
      chapters(
        '\\c 1  ',
        '\\p',
        '\\v 1 In the beginning. ',
        '\\v 2 The earth. ',
        '\\p',
        '\\v 3 Light. ',
        '\\c 2',
        '\\p',
        '\\v 1 The end.',
      ),
    ).toEqual([['In the beginning. The earth.', 'Light.'], ['The end.']]);
  });

  test('holds no notes, cross references or markup of characters', () => {
    expect(
      chapters(
        '\\c 1',
        '\\p',
        '\\v 1 God\\f + \\fr 1:1  \\ft The word is “Elohim”.\\f* said, \\wj “Hear you°.”\\wj* ',
        '\\v 2 And \\add it was \\add* so.\\x + \\xo 1:2  \\xt Psalm 1\\x* See \\+bk Esther\\+bk*. \\qs Selah.\\qs*',
      ),
    ).toEqual([['God said, “Hear you.” And it was so. See Esther. Selah.']]);
  });

  test('a note may run over lines', () => {
    expect(chapters('\\c 1', '\\p', '\\v 1 One\\f + \\ft a', 'b\\f* two.')).toEqual([['One two.']]);
  });

  test('holds no headings, titles, speakers or rules', () => {
    expect(
      chapters(
        '\\c 1',
        '\\ms1 BOOK 1',
        '\\s1 Heading',
        '\\d A Psalm.',
        '\\sp Lover',
        '\\pc ____',
        '\\p',
        '\\v 1 Text.',
      ),
    ).toEqual([['Text.']]);
  });

  test('a verse whose number stands alone on its line keeps the next marker', () => {
    expect(chapters('\\c 1', '\\p', '\\v 1 ', '\\p One.', '\\v 2-3 ', '\\q2 two,')).toEqual([['One. two,']]);
  });

  test('a book without chapters, a preface, has none', () => {
    expect(chapters('\\ip A preface.', '\\ili A word')).toEqual([]);
  });
});

describe('poetry', () => {
  test('is cut at a group of lines, where a sentence ended', () => {
    expect(
      chapters(
        '\\c 1',
        '\\q1',
        '\\v 1 Blessed is the man,',
        '\\q2 who walks;',
        '\\q1',
        '\\v 2 but he delights.”',
        '\\q1',
        '\\v 3 He will be',
        '\\q2 like a tree.',
      ),
    ).toEqual([['Blessed is the man, who walks; but he delights.”', 'He will be like a tree.']]);
  });

  test('a speech goes on from the line that announces it', () => {
    expect(chapters('\\c 1', '\\p', '\\v 1 God said,', '\\q1 “Go.', '\\q1 Now.”', '\\m Then he went.')).toEqual([
      ['God said, “Go.', 'Now.”', 'Then he went.'],
    ]);
  });

  test('a stanza break always cuts', () => {
    expect(chapters('\\c 1', '\\q1 one,', '\\b', '\\q1 two')).toEqual([['one,', 'two']]);
  });
});

test('items of a list stay in their paragraph', () => {
  expect(chapters('\\c 1', '\\p', '\\v 1 The names:', '\\li1', '\\v 2 Parosh. ', '\\li1 Arah.')).toEqual([
    ['The names: Parosh. Arah.'],
  ]);
});

test('a paragraph that runs over a chapter’s border stays whole in its chapter', () => {
  expect(
    chapters('\\c 1', '\\p', '\\v 1 Everyone went,', '\\c 2', '\\nb', '\\v 1 but one.', '\\p', '\\v 2 Later.'),
  ).toEqual([['Everyone went, but one.'], ['Later.']]);
});

describe('what this reader does not know', () => {
  test.each([
    ['a marker at a line’s start', '\\tr row'],
    ['a marker in a line', '\\p see \\em this\\em*'],
  ])('%s stops it', (_, line) => {
    expect(() => chapters('\\c 1', '\\p', line)).toThrow(PipelineError);
    expect(() => chapters('\\c 1', '\\p', line)).toThrow(`test.usfm has a marker that is not known here: ${line}`);
  });

  test('a file that is no book', () => {
    expect(() => usfmChapters('Dear reader', 'letter.txt')).toThrow('letter.txt has no line "\\id"');
  });
});
