/** A share as a bar with its number beside it. */
import { useFormat } from "@/lib/use-format";
import { SERIES } from "@/ui/theme";

export function ShareBar({ share }: { share: number | null }) {
  const format = useFormat();
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
      <span aria-hidden style={{ display: "inline-block", width: 96, height: 8, background: "rgba(0,0,0,0.06)" }}>
        <span
          style={{ display: "block", width: `${String(Math.max(0, Math.min(1, share ?? 0)) * 100)}%`, height: 8, background: SERIES[0] }}
        />
      </span>
      <span className="num">{format.share(share)}</span>
    </span>
  );
}
