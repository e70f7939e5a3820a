/** The left navigation: the loop of the design, as far as it works. */
import { Menu, type MenuProps } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { GROUPS, placeAt, placesFor, type Place } from "@/app/shell/places";
import { useWorkspace } from "@/lib/workspace";

type Item = NonNullable<MenuProps["items"]>[number];

export function Navigation({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const { id, role } = useWorkspace();
  const { pathname } = useLocation();

  const items = useMemo(() => {
    const leaf = (place: Place): Item => ({
      key: place.path,
      icon: place.icon,
      label: <Link to={`/w/${id}/${place.path}`}>{t(place.word)}</Link>,
    });
    const places = placesFor(role);
    const free = places.filter((place) => !("group" in place)).map(leaf);
    const groups = Object.entries(GROUPS).flatMap(([group, word]): Item[] => {
      const children = places.filter((place) => "group" in place && place.group === group).map(leaf);
      return children.length > 0 ? [{ key: group, type: "group", label: t(word), children }] : [];
    });
    return [...free, ...groups];
  }, [id, role, t]);

  return (
    <nav aria-label={t("shell.navigation")}>
      <Menu
        mode="inline"
        items={items}
        selectedKeys={[placeAt(pathname)?.path ?? ""]}
        onClick={() => onGo?.()}
        style={{ borderInlineEnd: 0 }}
      />
    </nav>
  );
}
