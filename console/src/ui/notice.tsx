/** A page that has only one thing to say. */
import type { ReactNode } from "react";

interface NoticeProps {
  title: string;
  hint?: string;
  action?: ReactNode;
}

export function Notice({ title, hint, action }: NoticeProps) {
  return (
    <div className="notice" role="alert">
      <h1>{title}</h1>
      {hint && <p className="soft">{hint}</p>}
      {action}
    </div>
  );
}
