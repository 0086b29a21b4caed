/** A work around the paper, and how it is written. */

/** Works near the paper are not told apart by how they were found. */
export type Relation = 'cited_by' | 'cites' | 'related';

export interface Work {
  /** Fit for an address: `gu2024emerges`. */
  id: string;
  /** In square brackets where it is not the work's own title; with an ellipsis where its end is not known. */
  title: string;
  /** Empty where unknown. */
  authors: string;
  year: number | null;
  relation: Relation;
  checked: boolean;
  link: { address: string; label: string } | null;
  /** When it appeared, in years: to the month where it stands on arXiv. Null where unknown. */
  time: number | null;
}

export const RELATIONS: Record<Relation, { label: string; sentence: string }> = {
  cites: { label: 'The paper cites it', sentence: 'The paper cites this work.' },
  cited_by: { label: 'It cites the paper', sentence: 'This work cites the paper.' },
  related: { label: 'Related', sentence: 'On the same matter; we know of no citation either way.' },
};

/** The first three authors in full, the others as one. */
export function shortAuthors(authors: string): string {
  const names = authors.split(', ');
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} et al.` : authors;
}

/** Who made a work and when, and what it has to do with the paper: `Barbero et al., 2024. The paper cites it.` */
export function aboutOf({ authors, year, relation, checked }: Work): string {
  const who = authors === '' ? 'Authors not known' : shortAuthors(authors);
  return `${who}, ${year ?? 'year not known'}. ${RELATIONS[relation].label}${checked ? '' : ' (unchecked)'}.`;
}
