/** JSON to read and to copy. */
import { CopyButton } from "@/ui/copy";

export function JsonView({ value, label }: { value: unknown; label: string }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div className="code-frame">
      <div className="code-copy">
        <CopyButton text={text} />
      </div>
      {/* Scrolls, so the keyboard must be able to reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="code-block wrap" tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </div>
  );
}

/** A snippet of code, lines kept as they are; whoever shows it offers the copying. */
export function CodeView({ text, label }: { text: string; label: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="code-block" tabIndex={0} aria-label={label}>
      {text}
    </pre>
  );
}
