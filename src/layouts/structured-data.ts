/** What a page is, in the vocabulary of schema.org, for indexes that read JSON-LD. */
import type { CslItem } from '@citation-js/core';
import type { FigureRecord } from '../components/citing/record.ts';
import { work } from '../content/bibliography.ts';
import { authorNames, plainTitle, yearOf } from '../content/citation-formats.ts';
import { PAPER } from '../paper/paper.ts';
import type { ExperimentResult } from '../results/schema.ts';
import type { StructuredData } from './json-ld.ts';
import { lastFinished, publishedFigures, versionPath } from './published-figure.ts';
import { AUTHOR, absoluteUrl, EDITION, LICENCE_URL, SITE_NAME } from './site.ts';

const PUBLISHER = { '@type': 'Organization', '@id': absoluteUrl('#contributors'), name: AUTHOR, url: absoluteUrl() };
const ARTICLE_ID = absoluteUrl('#article');

/** What everything published here has in common. */
const common = () => ({
  inLanguage: 'en',
  isAccessibleForFree: true,
  license: LICENCE_URL,
  author: PUBLISHER,
  creator: PUBLISHER,
  publisher: PUBLISHER,
});

/** The article, with the paper that it is about and all that it cites. */
export function articleData({ description, image, cited }: { description: string; image: string; cited: string[] }) {
  const paper = work(PAPER.citation);
  return {
    '@type': 'ScholarlyArticle',
    '@id': ARTICLE_ID,
    url: absoluteUrl(),
    mainEntityOfPage: absoluteUrl(),
    name: `${EDITION} of “${PAPER.title}”`,
    headline: PAPER.title,
    abstract: description,
    description,
    image,
    dateModified: lastFinished(),
    ...common(),
    isPartOf: { '@type': 'WebSite', name: SITE_NAME, url: absoluteUrl() },
    isBasedOn: workData(paper),
    about: [
      { '@type': 'DefinedTerm', name: 'attention sink', url: absoluteUrl('glossary/#attention-sink') },
      workData(paper),
    ],
    hasPart: publishedFigures().map(({ id, title }) => ({
      '@type': 'ImageObject',
      '@id': absoluteUrl(`figures/${id}/#image`),
      name: title,
      url: absoluteUrl(`figures/${id}/`),
    })),
    citation: cited.map((id) => workData(work(id))),
  };
}

/** A cited work. */
function workData(item: CslItem): StructuredData {
  return {
    '@type': item.type === 'paper-conference' || item.URL?.includes('arxiv.org/') ? 'ScholarlyArticle' : 'CreativeWork',
    name: plainTitle(item),
    author: authorNames(item).map((name) => ({ '@type': 'Person', name })),
    datePublished: yearOf(item),
    ...(item['container-title'] && { isPartOf: { '@type': 'CreativeWork', name: item['container-title'] } }),
    ...(item.URL && { url: item.URL }),
  };
}

/**
 * A version of a figure: the picture, and the numbers drawn as a data set.
 * @param path the page's: that of the figure, or of the version.
 */
export function figureData(record: FigureRecord, path: string): StructuredData {
  const { title, caption, question, description, version, experiment } = record;
  const about = { ...common(), version, dateModified: record.finished, sameAs: absoluteUrl(versionPath(record)) };
  return {
    '@graph': [
      {
        '@type': 'ImageObject',
        '@id': absoluteUrl(`${path}#image`),
        url: absoluteUrl(path),
        name: title,
        caption,
        description,
        contentUrl: absoluteUrl(`${path}figure@2x.png`),
        encodingFormat: 'image/png',
        representativeOfPage: true,
        isPartOf: { '@id': ARTICLE_ID },
        ...about,
        creditText: EDITION,
        acquireLicensePage: absoluteUrl(`${path}#cite`),
        copyrightNotice: AUTHOR,
      },
      {
        '@type': 'Dataset',
        '@id': absoluteUrl(`${path}#data`),
        url: absoluteUrl(path),
        name: `${title}: the numbers drawn`,
        description: `${question} ${caption}`,
        ...about,
        variableMeasured: record.table.columns.map(({ label }) => label),
        isPartOf: { '@id': absoluteUrl(`experiments/${experiment}/#results`) },
        distribution: [
          download('text/csv', `${path}data.csv`, 'The numbers drawn'),
          download('application/json', `${path}data.json`, 'The numbers drawn, with caption and runs'),
        ],
      },
    ],
  };
}

/** An experiment: all that it measured, as a data set. */
export function experimentData(results: ExperimentResult): StructuredData {
  const { experiment, title, question, claims, criterion, amendment } = results;
  const path = `experiments/${experiment}/`;
  return {
    '@type': 'Dataset',
    '@id': absoluteUrl(`${path}#results`),
    url: absoluteUrl(path),
    name: `${title}: every run of the experiment`,
    description:
      `${question} Criterion, written before the runs: ${criterion}${amendment ? ` Added later: ${amendment}` : ''}`.slice(
        0,
        5000,
      ),
    abstract: claims.map(({ place, text }) => `${place}: ${text}`).join(' '),
    ...common(),
    dateModified: lastFinished([experiment]),
    variableMeasured: Object.entries(results.values).map(([name, value]) => ({
      '@type': 'PropertyValue',
      name,
      description: value.description,
    })),
    isPartOf: { '@id': ARTICLE_ID },
    distribution: [download('application/json', `results/${experiment}.json`, 'Every run, with its specification')],
  };
}

function download(encodingFormat: string, path: string, name: string): StructuredData {
  return { '@type': 'DataDownload', encodingFormat, contentUrl: absoluteUrl(path), name };
}
