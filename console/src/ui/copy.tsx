/** Text to take away with one press, on plain http as well as https. */
import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { App, Button, Flex, Input, type ButtonProps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const THANKS_MS = 1_500;

async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused, for instance in an embedded browser; the old way below may still work.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  // Inside an open dialog if there is one, whose focus trap would take the selection back.
  (document.querySelector(".ant-modal-wrap") ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}

interface CopyButtonProps extends Pick<ButtonProps, "type" | "size"> {
  text: string;
  label?: string;
}

export function CopyButton({ text, label, type = "text", size = "small" }: CopyButtonProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) {
      void message.error(t("copy.failed"));
      return;
    }
    setDone(true);
    setTimeout(() => {
      setDone(false);
    }, THANKS_MS);
  };
  return (
    <Button
      type={type}
      size={size}
      icon={isDone ? <CheckOutlined /> : <CopyOutlined />}
      aria-label={label ?? t("copy.copy")}
      onClick={() => void copy()}
    >
      {type === "text" ? null : isDone ? t("copy.copied") : (label ?? t("copy.copy"))}
    </Button>
  );
}

/** A secret or link shown once, selected and ready to copy. */
export function CopyBox({ text, label }: { text: string; label: string }) {
  return (
    <Flex gap={8}>
      <Input
        readOnly
        value={text}
        aria-label={label}
        className="mono"
        onFocus={(event) => {
          event.target.select();
        }}
      />
      <CopyButton text={text} type="default" size="middle" />
    </Flex>
  );
}
