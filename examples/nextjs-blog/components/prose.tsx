import Markdown from 'markdown-to-jsx/react';

export function Prose({ markdown }: { markdown: string }) {
  return (
    <Markdown className="prose" options={{ disableParsingRawHTML: true, forceBlock: true, forceWrapper: true }}>
      {markdown}
    </Markdown>
  );
}
