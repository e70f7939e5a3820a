/** Offers to show a masked value, to whoever may ever; the dialog is loaded when it is opened. */
import { EyeOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Target } from "@/features/people/person/reveal/reveal-dialog";
import { isClosed } from "@/lib/vault";
import { withWords } from "@/lib/words";
import { useMay } from "@/lib/workspace";

const RevealDialog = lazy(withWords(() => import("@/features/people/person/reveal/reveal-dialog"), "vault"));

export function RevealButton({ person, target }: { person: string; target: Target }) {
  const { t } = useTranslation("people");
  const mayReveal = useMay("privacy:reveal");
  const [isOpen, setOpen] = useState(false);
  // What is closed cannot be opened by asking.
  if (!mayReveal || isClosed(target.masked)) return null;
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<EyeOutlined />}
        aria-label={t("person.reveal", { label: target.label, masked: target.masked })}
        title={t("person.revealTitle")}
        onClick={() => { setOpen(true); }}
      />
      {isOpen && (
        <Suspense fallback={null}>
          <RevealDialog person={person} target={target} onClose={() => { setOpen(false); }} />
        </Suspense>
      )}
    </>
  );
}
