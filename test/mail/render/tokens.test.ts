import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Tokenizer } from 'htmlparser2';
import { type TokenSink, tokenize } from '#mail/render/tokens';
import { Attributes } from '#mail/render/tree';

type Token = readonly [kind: string, ...parts: string[]];

/** Tokens with neighbouring texts joined. */
function join(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token[0] === 'text' && last?.[0] === 'text') joined[joined.length - 1] = ['text', `${last[1]}${token[1]}`];
    else if (token[0] !== 'text' || token[1] !== '') joined.push(token);
  }
  return joined;
}

function ours(source: string, isForeign = false): Token[] {
  const tokens: Token[] = [];
  let written: readonly string[] = [];
  const sink: TokenSink = {
    text: (text) => tokens.push(['text', text]),
    cdata: (text) => tokens.push(['cdata', text]),
    startTag: (name, attributes, isSelfClosed) => tokens.push([isSelfClosed ? 'closed' : 'start', name, ...(attributes ? written : [])]),
    endTag: (name) => tokens.push(['end', name]),
    isForeign: () => isForeign,
    tagName: (name) => name.toLowerCase(),
    attributeName: (name) => name.toLowerCase(),
    attributes(pairs) {
      written = [...pairs];
      return new Attributes(pairs);
    },
  };
  // Written down at each tag, for a tag that is known is not read again.
  const read = sink.attributes;
  const kept = new Map<Attributes, readonly string[]>();
  tokenize(source, {
    ...sink,
    attributes(pairs) {
      const made = read(pairs);
      kept.set(made, written);
      return made;
    },
    startTag(name, attributes, isSelfClosed, at) {
      written = attributes ? (kept.get(attributes) ?? []) : [];
      sink.startTag(name, attributes, isSelfClosed, at);
    },
  });
  return join(tokens);
}

/** The same from htmlparser2, which reads character by character. */
function theirs(source: string, isForeign = false): Token[] {
  const tokens: Token[] = [];
  let name = '';
  let pairs: string[] = [];
  let attribute: [string, string] = ['', ''];
  const push = (kind: string): void => {
    const first = pairs.filter((_, at) => at % 2 === 0 && pairs.findIndex((each, other) => other % 2 === 0 && each === pairs[at]) === at);
    tokens.push([
      kind,
      name,
      ...first.flatMap((each) => [each, pairs[pairs.findIndex((some, at) => at % 2 === 0 && some === each) + 1] ?? '']),
    ]);
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: true, recognizeSelfClosing: true },
    {
      ontext: (from, to) => tokens.push(['text', source.slice(from, to)]),
      ontextentity: (code) => tokens.push(['text', String.fromCodePoint(code)]),
      oncdata: (from, to, offset) => tokens.push(['cdata', source.slice(from, to - offset)]),
      onopentagname(from, to) {
        name = source.slice(from, to).toLowerCase();
        pairs = [];
      },
      onattribname: (from, to) => {
        attribute = [source.slice(from, to).toLowerCase(), ''];
      },
      onattribdata: (from, to) => {
        attribute[1] += source.slice(from, to);
      },
      onattribentity: (code) => {
        attribute[1] += String.fromCodePoint(code);
      },
      onattribend: () => pairs.push(...attribute),
      onopentagend: () => push('start'),
      onselfclosingtag: () => push('closed'),
      onclosetag: (from, to) => tokens.push(['end', source.slice(from, to).toLowerCase()]),
      oncomment: () => undefined,
      ondeclaration: () => undefined,
      onprocessinginstruction: () => undefined,
      onend: () => undefined,
      isInForeignContext: () => isForeign,
    },
  );
  tokenizer.write(source);
  tokenizer.end();
  return join(tokens);
}

/** Without the text of `title` and `textarea`, in which htmlparser2 misses a character reference right behind what begins like an end tag. */
const comparable = (tokens: readonly Token[]): Token[] =>
  tokens.filter(
    ([kind], at) => !(kind === 'text' && /^(?:title|textarea)$/.test(tokens[at - 1]?.[1] ?? '') && tokens[at - 1]?.[0] === 'start'),
  );

/** Pieces that mean something to a tokenizer, put together at random. */
const PIECES =
  `< > / = " ' & ; ! - -- --> --!> <!-- <!--> <!---> <! <? </ </> <p> <P> <p/> <p / > </p> </p x> <a href="x"> <a href='>'> <a href=x/> <a href=> <a b b="2" B=3> <a =x> <br/> <script> </script> </scrip <SCRIPT/> <style a="1"> </style > <title> </title> <textarea> </textarea/> <xmp> </xmp> <iframe src=""/> </iframe> <noembed> </noembed> <noframes> </noframes> <svg> </svg> <![CDATA[ ]]> <![cdata[ <!doctype html> &amp; &lt &notit; &not &#65; &#x41 &#128; &nbsp; &unknown; &copy=1 x y 1 ä \u{1f600} \u0000`
    .split(' ')
    .concat([' ', '\n', '\t', '\f', '\r\n']);

/** Every state that a text can end in is left by this, so that what its end means is no matter. */
const ENDING = ` "> '> --> ]]> </script> </style> </title> </textarea> </xmp> </iframe> </noembed> </noframes> <p>`;

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('tokens', () => {
  test('are those of htmlparser2 for any text', () => {
    const next = numbers(7);
    for (let round = 0; round < 20_000; round += 1) {
      let source = '';
      for (let count = 1 + Math.floor(next() * 12); count > 0; count -= 1) source += PIECES[Math.floor(next() * PIECES.length)] ?? '';
      source += ENDING;
      const isForeign = round % 4 === 0;
      assert.deepEqual(comparable(ours(source, isForeign)), comparable(theirs(source, isForeign)), JSON.stringify(source));
    }
  });

  const ends: readonly (readonly [source: string, expected: readonly Token[]])[] = [
    ['a<', [['text', 'a<']]],
    ['a</', [['text', 'a</']]],
    ['a<b', [['text', 'a']]],
    ['a<b c="d', [['text', 'a']]],
    ['a<b c=d', [['text', 'a']]],
    ['a<b /', [['text', 'a']]],
    ['a</b', [['text', 'a']]],
    ['a</b c', [['text', 'a']]],
    ['a<!--b', [['text', 'a']]],
    ['a<!b', [['text', 'a']]],
    ['a<![CDATA[b', [['text', 'a']]],
    ['a<scr', [['text', 'a']]],
    [
      '<style>b</sty',
      [
        ['start', 'style'],
        ['text', 'b</sty'],
      ],
    ],
    [
      '<title>b&amp',
      [
        ['start', 'title'],
        ['text', 'b&'],
      ],
    ],
    [
      '<plaintext>b</plaintext><p>',
      [
        ['start', 'plaintext'],
        ['text', 'b</plaintext><p>'],
      ],
    ],
  ];
  for (const [source, expected] of ends)
    test(`of a text that ends like ${source}`, () => {
      assert.deepEqual(ours(source), expected);
    });

  test('of a tag written often are the same each time, attributes included', () => {
    const tag = '<a href="x?a&amp;b" title=\'>\'>';
    assert.deepEqual(
      ours(tag.repeat(3)),
      Array.from({ length: 3 }, () => ['start', 'a', 'href', 'x?a&b', 'title', '>']),
    );
  });
});
