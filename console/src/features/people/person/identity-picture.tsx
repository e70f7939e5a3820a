/** A small picture of what joins a person's identifiers: the one that names it in the middle. */
import { useTranslation } from "react-i18next";
import type { PersonIdentity } from "@/features/people/person/use-identity";
import { joinsOf, placed } from "@/features/people/person/identity-places";
import { useWord } from "@/features/people/shared/words";

const WIDTH = 360;
const HEIGHT = 200;
/** Enough for one row: two stand left and right of the middle. */
const LOW = 88;
const ROW_MAX = 3;
/** More would be a knot: the list below says it better. */
const NODES_MAX = 12;
const RADIUS = 7;

export function IdentityPicture({ identity }: { identity: PersonIdentity }) {
  const { t } = useTranslation("people");
  const word = useWord();
  if (identity.nodes.length > NODES_MAX) return null;
  const height = identity.nodes.length <= ROW_MAX ? LOW : HEIGHT;
  const places = placed(identity.nodes, WIDTH, height);
  const known = joinsOf(identity.edges).filter((edge) => places.has(edge.left) && places.has(edge.right));
  const joins = known.filter((edge) => edge.verdict === "joined").length;
  return (
    <svg
      viewBox={`0 0 ${String(WIDTH)} ${String(height)}`}
      width={WIDTH}
      className="identity-picture"
      role="img"
      aria-label={t("identityCard.picture", { many: identity.nodes.length, joins })}
    >
      {known.map((edge) => {
        const [a, b] = [places.get(edge.left), places.get(edge.right)];
        if (!a || !b) return null;
        return (
          <line
            key={`${edge.left} ${edge.right}`}
            x1={a.x} y1={a.y} x2={b.x} y2={b.y}
            className={edge.verdict === "joined" ? "joined" : "apart"}
          />
        );
      })}
      {identity.nodes.map((node) => {
        const place = places.get(node.subject);
        if (!place) return null;
        return (
          <g key={node.subject}>
            <circle cx={place.x} cy={place.y} r={RADIUS} className={node.is_name_giver ? "dot giver" : "dot"} />
            <text x={place.x} y={place.y + (place.isBelow ? 22 : -12)} textAnchor="middle">
              {word("kind", node.kind)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
