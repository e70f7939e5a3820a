/** Offers to call a person by a virtual number. */
import { PhoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { withWords } from "@/lib/words";
import { useMay } from "@/lib/workspace";

const CallDialog = lazy(withWords(() => import("@/features/people/person/reveal/call-dialog"), "vault"));

export function CallButton({ person, masked }: { person: string; masked: string }) {
  const { t } = useTranslation("people");
  const mayCall = useMay("people:change");
  const [isOpen, setOpen] = useState(false);
  if (!mayCall) return null;
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<PhoneOutlined />}
        aria-label={t("person.call", { masked })}
        title={t("person.callTitle")}
        onClick={() => { setOpen(true); }}
      />
      {isOpen && (
        <Suspense fallback={null}>
          <CallDialog person={person} masked={masked} onClose={() => { setOpen(false); }} />
        </Suspense>
      )}
    </>
  );
}
