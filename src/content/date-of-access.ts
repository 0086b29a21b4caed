/**
 * The date on which a reader looked at what they cite. It is the reader's, so it is filled in when they copy: a format
 * holds parts between ⟦ and ⟧ that stand only with a date, in which %iso%, %ris%, %csl%, %words%, %day% are the date.
 */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A format with the date of access, or without it for null; `date` counts in the reader's own time zone. */
export function withDateOfAccess(format: string, date: Date | null): string {
  if (date === null) return format.replace(/⟦[^⟧]*⟧/g, '');
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  const padded = [String(year), String(month + 1).padStart(2, '0'), String(day).padStart(2, '0')];
  const written: Record<string, string> = {
    iso: padded.join('-'),
    ris: `${padded.join('/')}/`,
    csl: [year, month + 1, day].join(', '),
    words: `${MONTHS[month]} ${day}, ${year}`,
    day: `${day} ${MONTHS[month]} ${year}`,
  };
  return format.replace(/⟦([^⟧]*)⟧/g, (_, part: string) => part.replace(/%(\w+)%/g, (__, name) => written[name] ?? ''));
}
