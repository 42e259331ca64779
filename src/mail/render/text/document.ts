import type { Rendering } from '#mail/render/rendering';
import { columns } from '#mail/render/text/width';
import { TextWriter } from '#mail/render/text/writer';

/** The whole text part around the page: title, note, page, links, footer. Ends with a line feed. */
export function textDocument(out: Rendering, body: string): string {
  const { page, sender, note, presentation } = out.input;
  const writer = new TextWriter();
  const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
  const paragraph = (text: string) => {
    writer.inline(oneLine(text));
    writer.block(1);
  };
  const headerText = presentation.headerText?.trim() ?? '';
  if (headerText !== '') paragraph(headerText);
  writer.inline(oneLine(page.title));
  writer.underline('=');
  paragraph(out.words.intro(sender.name));
  writer.block();
  writer.write([page.url]);
  writer.block(1);
  if (note.trim() !== '') {
    paragraph(out.words.noteBy(sender.name));
    const outdent = writer.indent('> ', '> ');
    for (const line of note.trim().split(/\r\n|\r|\n/)) {
      if (line.trim() === '') writer.block(1);
      else {
        writer.inline(oneLine(line));
        writer.block();
      }
    }
    outdent();
    writer.block(1);
  }
  if (body !== '') {
    writer.block(1);
    writer.verbatim(body);
    writer.block(2);
  }
  const links = out.links.list();
  if (links.length > 0) {
    writer.inline(out.words.links);
    writer.block();
    writer.write(['-'.repeat(columns(out.words.links)), ...links]);
    writer.block(2);
  }
  writer.write(['--']);
  for (const line of [
    out.words.footer(sender.name),
    out.input.individual ? out.words.individual : '',
    page.restricted ? out.words.restricted : '',
    ...presentation.footerText.trim().split(/\r\n|\r|\n/),
  ]) {
    if (line === '') continue;
    writer.inline(oneLine(line));
    writer.block();
  }
  return `${writer.finish()}\n`;
}
