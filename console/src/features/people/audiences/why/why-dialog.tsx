/** Chooses a person and tells why they are in an audience or not. */
import { Flex, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { WhyView } from "@/features/people/audiences/why/why-view";
import { PersonSelect } from "@/features/people/shared/person-select";

interface WhyDialogProps {
  audience: { id: string; name: string };
  onClose: () => void;
}

export function WhyDialog({ audience, onClose }: WhyDialogProps) {
  const { t } = useTranslation("audiences");
  const [person, setPerson] = useState<string>();
  return (
    <Modal open width={640} footer={null} title={`${t("why.title")} · ${audience.name}`} onCancel={onClose}>
      <Flex vertical gap={16} style={{ minHeight: 160 }}>
        <PersonSelect label={t("why.person")} placeholder={t("why.find")} value={person} onChange={setPerson} />
        {person && <WhyView audience={audience.id} person={person} />}
      </Flex>
    </Modal>
  );
}
