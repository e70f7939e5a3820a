/** The keys that work everywhere: `/` search, `?` help, `g` and a letter to go somewhere. */
import { Modal } from "antd";
import { lazy, Suspense, useMemo, useState, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { PLACES } from "@/app/shell/places";
import { useHotkeys } from "@/lib/use-hotkeys";
import { useWorkspace } from "@/lib/workspace";

const SearchDialog = lazy(() => import("@/app/shell/search-dialog"));

type Opened = "search" | "help" | undefined;

const OPEN = "catchment:open";

function open(what: Opened): void {
  window.dispatchEvent(new CustomEvent<Opened>(OPEN, { detail: what }));
}

/** Opens the search from a button. */
export function openSearch(): void {
  open("search");
}

/** Opens the list of keys from a button. */
export function openHelp(): void {
  open("help");
}

export function Shortcuts() {
  const [opened, setOpened] = useState<Opened>();
  const navigate = useNavigate();
  const { id } = useWorkspace();

  useEffect(() => {
    const onOpen = (event: Event) => {
      setOpened((event as CustomEvent<Opened>).detail);
    };
    window.addEventListener(OPEN, onOpen);
    return () => {
      window.removeEventListener(OPEN, onOpen);
    };
  }, []);

  const handlers = useMemo(() => {
    const found: Record<string, () => void> = { "/": openSearch, "?": openHelp };
    for (const place of PLACES) {
      if ("chord" in place) found[place.chord] = () => void navigate(`/w/${id}/${place.path}`);
    }
    return found;
  }, [id, navigate]);
  useHotkeys(handlers);

  const close = () => {
    setOpened(undefined);
  };
  return (
    <>
      {opened === "search" && (
        <Suspense>
          <SearchDialog onClose={close} />
        </Suspense>
      )}
      {opened === "help" && <HelpDialog onClose={close} />}
    </>
  );
}

function HelpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const rows: [string, string][] = [
    ["/", t("help.search")],
    ["?", t("help.help")],
    ...PLACES.flatMap((place): [string, string][] =>
      "chord" in place ? [[place.chord, t(place.word)]] : [],
    ),
    ["Esc", t("help.close")],
  ];
  return (
    <Modal open title={t("help.title")} onCancel={onClose} footer={null} width={400}>
      <table className="key-table">
        <tbody>
          {rows.map(([keys, words]) => (
            <tr key={keys}>
              <th scope="row">
                {keys.split(" ").map((key) => (
                  <kbd className="kbd" key={key}>
                    {key}
                  </kbd>
                ))}
              </th>
              <td>{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
