/**
 * Reads USFM (Unified Standard Format Markers, the source format of Bible translations) as plain paragraphs.
 *
 * Kept: every word of the text, as it is written, typographic quotes included. Dropped: verse numbers, footnotes, cross
 * references, introductions, headings, psalm titles and speaker labels, and all markup of characters.
 */
import { PipelineError } from '../errors.ts';

/** Notes: the marker, what it holds, and its end. */
const NOTE = /\\(f|x)\s.*?\\\1\*/gs;

/** Markup of characters that only says how they look: words added in translation, of Jesus, of a book's name, Selah. */
const CHARACTER_MARKUP = /\\\+?(?:add|wj|bk|qs)(?:\*|\s)/g;

/** A mark of this translation, no part of the text: a "you" that speaks to several. */
const PLURAL_MARK = /°/g;

/** A verse's number at its start. */
const VERSE = /\\v\s+\S+[^\S\n]*/g;

/** Lines that are no part of the running text. */
const LEFT_OUT = new Set('id ide h toc1 toc2 toc3 mt1 mt2 mt3 ms1 s1 is1 ip d sp cl cp pc'.split(' '));

/** Lines that always start a paragraph. */
const PARAGRAPH = new Set(['p', 'mi']);

/**
 * Lines that start a paragraph only where the one before ended a sentence: the first of a group of poetry lines, indented
 * prose, and prose that takes up again after poetry. So few paragraphs are half a sentence.
 */
const AFTER_SENTENCE = new Set(['q1', 'm', 'pi1']);

/** Lines that go on with the paragraph: further lines of poetry, items of a list, prose across a chapter's border. */
const CONTINUATION = new Set(['q2', 'li1', 'nb']);

const SENTENCE_END = /[.!?][”’"')]*$/;

/**
 * The paragraphs of each chapter of one book. What stands before the first chapter is left out; so a preface or a
 * glossary, which have no chapters, give none.
 * @throws {PipelineError} at a marker that is not known here, rather than let markup into the text; `file` names the
 *   book in the message.
 */
export function usfmChapters(usfm: string, file: string): string[][] {
  if (!/^\\id /m.test(usfm)) throw new PipelineError(`${file} has no line "\\id": it is not a USFM book`);
  const start = usfm.search(/^\\c /m);
  if (start < 0) return [];
  const text = [NOTE, CHARACTER_MARKUP, PLURAL_MARK, VERSE].reduce(
    (rest, markup) => rest.replace(markup, ''),
    usfm.slice(start),
  );

  const chapters: string[][] = [];
  let paragraph = '';
  let chapterBegins = false;
  let breaks = true;

  function endParagraph(): void {
    if (paragraph !== '') chapters.at(-1)!.push(paragraph);
    paragraph = '';
  }

  for (const line of text.split('\n')) {
    const [, marker = '', words = ''] = /^(?:\\(\S+))?(.*)$/.exec(line)!;
    if (words.includes('\\')) throw new PipelineError(`${file} has a marker that is not known here: ${line.trim()}`);
    if (LEFT_OUT.has(marker)) continue;
    if (marker === 'c') chapterBegins = true;
    else if (marker === 'b') breaks = true;
    else {
      if (startsParagraph(marker, paragraph, breaks, line, file)) endParagraph();
      // A paragraph that runs on over a chapter's border stays whole, in the chapter in which it began.
      if (paragraph === '' && chapterBegins && words.trim() !== '') {
        chapters.push([]);
        chapterBegins = false;
      }
      paragraph = `${paragraph} ${words}`.replace(/\s+/g, ' ').trim();
      if (marker !== '') breaks = false;
    }
  }
  endParagraph();
  return chapters;
}

function startsParagraph(marker: string, before: string, breaks: boolean, line: string, file: string): boolean {
  if (marker === '' || marker === 'nb') return false;
  if (PARAGRAPH.has(marker)) return true;
  if (AFTER_SENTENCE.has(marker)) return breaks || SENTENCE_END.test(before);
  if (CONTINUATION.has(marker)) return breaks;
  throw new PipelineError(`${file} has a marker that is not known here: ${line.trim()}`);
}
