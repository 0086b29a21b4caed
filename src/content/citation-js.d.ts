/** The part of citation-js that is used here; the packages carry no types. */
declare module '@citation-js/core' {
  export interface CslName {
    family?: string;
    given?: string;
    literal?: string;
  }

  /** An item of CSL-JSON, as far as it is read or written here. */
  export interface CslItem {
    id: string;
    type: string;
    title?: string;
    author?: CslName[];
    issued?: { 'date-parts': number[][] };
    'container-title'?: string;
    publisher?: string;
    version?: string;
    note?: string;
    URL?: string;
    [field: string]: unknown;
  }

  export class Cite {
    constructor(data: string | CslItem | CslItem[]);
    data: CslItem[];
    format(format: string, options?: Record<string, unknown>): string;
  }

  export const plugins: { config: { get(name: string): Record<string, unknown> } };
}
declare module '@citation-js/plugin-bibtex';
declare module '@citation-js/plugin-csl';
declare module '@citation-js/plugin-ris';
