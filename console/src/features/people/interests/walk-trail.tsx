/** The way walked so far; any step leads back there. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { keyOf, type Item } from "@/features/people/interests/interests";
import { useNameOf } from "@/features/people/interests/naming";

interface TrailProps {
  walk: readonly Item[];
  onBack: (item: Item | undefined) => void;
}

export function WalkTrail({ walk, onBack }: TrailProps) {
  const { t } = useTranslation("interests");
  const nameOf = useNameOf();
  return (
    <nav className="interest-walk" aria-label={t("interests.walk")}>
      <ol>
        {walk.map((item, index) => (
          <li key={keyOf(item)}>
            <Button
              type="text"
              size="small"
              aria-current={index === walk.length - 1 ? "step" : undefined}
              disabled={index === walk.length - 1}
              onClick={() => {
                onBack(item);
              }}
            >
              {nameOf(item)}
            </Button>
          </li>
        ))}
      </ol>
      <Button
        size="small"
        onClick={() => {
          onBack(undefined);
        }}
      >
        {t("interests.begin")}
      </Button>
    </nav>
  );
}
