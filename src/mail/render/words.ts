/** The words around the page, by language. */
export interface Words {
  readonly intro: (sender: string) => string;
  readonly noteBy: (sender: string) => string;
  readonly footer: (sender: string) => string;
  readonly openPage: string;
  readonly restricted: string;
  readonly individual: string;
  readonly links: string;
  readonly image: string;
  readonly table: string;
  readonly info: string;
  /** Of the old editor's note, tip and warning, as the new one calls them. */
  readonly note: string;
  readonly tip: string;
  readonly warning: string;
  readonly memo: string;
  readonly panel: string;
  readonly decision: string;
  readonly done: string;
  readonly open: string;
  readonly app: string;
  readonly video: string;
  readonly audio: string;
  readonly embedded: string;
  readonly drawing: string;
  readonly form: string;
  readonly pageTree: string;
  readonly shownOnPage: (what: string) => string;
  readonly pictureOnPage: string;
  readonly code: string;
  readonly jiraIssues: string;
  readonly list: string;
}

const en: Words = {
  intro: (sender) => `${sender} sent you this page from Confluence.`,
  noteBy: (sender) => `${sender} writes:`,
  footer: (sender) => `Sent by ${sender} from Confluence.`,
  openPage: 'Open the page',
  restricted: 'This page is restricted in Confluence. Pass it on with care.',
  individual: 'This mail went to several people, to each on their own.',
  links: 'Links',
  image: 'Image',
  table: 'Table',
  info: 'Info',
  note: 'Warning',
  tip: 'Success',
  warning: 'Error',
  memo: 'Note',
  panel: 'Panel',
  decision: 'Decision',
  done: 'done',
  open: 'open',
  app: 'App',
  video: 'Video',
  audio: 'Audio',
  embedded: 'Embedded content',
  drawing: 'Drawing',
  form: 'Form',
  pageTree: 'Page tree',
  shownOnPage: (what) => `${what}: see it on the page`,
  pictureOnPage: 'see it on the page',
  code: 'Code',
  jiraIssues: 'Jira issues',
  list: 'List',
};

const de: Words = {
  intro: (sender) => `${sender} hat Ihnen diese Seite aus Confluence gesendet.`,
  noteBy: (sender) => `${sender} schreibt:`,
  footer: (sender) => `Gesendet von ${sender} aus Confluence.`,
  openPage: 'Seite öffnen',
  restricted: 'Diese Seite ist in Confluence beschränkt. Geben Sie sie mit Bedacht weiter.',
  individual: 'Diese Mail ging an mehrere Personen, an jede einzeln.',
  links: 'Links',
  image: 'Bild',
  table: 'Tabelle',
  info: 'Info',
  note: 'Warnung',
  tip: 'Erfolg',
  warning: 'Fehler',
  memo: 'Notiz',
  panel: 'Kasten',
  decision: 'Entscheidung',
  done: 'erledigt',
  open: 'offen',
  app: 'App',
  video: 'Video',
  audio: 'Audio',
  embedded: 'Eingebetteter Inhalt',
  drawing: 'Zeichnung',
  form: 'Formular',
  pageTree: 'Seitenbaum',
  shownOnPage: (what) => `${what}: auf der Seite ansehen`,
  pictureOnPage: 'auf der Seite ansehen',
  code: 'Code',
  jiraIssues: 'Jira-Vorgänge',
  list: 'Liste',
};

export const WORDS: Readonly<Record<'en' | 'de', Words>> = { en, de };
