/** The console's looks: Ant Design's tokens, one accent, an 8-pixel rhythm, one chart palette. */
import type { ThemeConfig } from "antd";

export const ACCENT = "#0b6a8f";
export const TINT = "#e6f1f5";

const LATIN = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial';
const CHINESE = '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"';

export const FONT = `${LATIN}, ${CHINESE}, sans-serif`;
export const MONO = `ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", ${CHINESE}, monospace`;

export const theme: ThemeConfig = {
  cssVar: { key: "catchment" },
  hashed: false,
  token: {
    colorPrimary: ACCENT,
    colorInfo: ACCENT,
    colorLink: ACCENT,
    colorPrimaryBg: TINT,
    colorPrimaryBgHover: "#d5e8ef",
    colorInfoBg: TINT,
    colorInfoBorder: "#b5d3df",
    // Darker than Ant's own: secondary text must still reach 4.5 : 1 on the page's grey.
    colorTextSecondary: "#4b5563",
    colorTextTertiary: "#5f6b7a",
    colorTextDescription: "#5f6b7a",
    colorTextPlaceholder: "#6b7684",
    // The words of what destroys, and of what went wrong, are read as well.
    colorError: "#cf1322",
    colorBgLayout: "#f5f7f9",
    borderRadius: 6,
    fontFamily: FONT,
    fontFamilyCode: MONO,
    fontSize: 14,
    wireframe: false,
  },
  components: {
    Layout: { siderBg: "#ffffff", headerBg: "#ffffff", headerHeight: 48, headerPadding: "0 16px" },
    Menu: { itemHeight: 36, itemMarginBlock: 2, itemBorderRadius: 6, activeBarBorderWidth: 0 },
    Card: { bodyPadding: 16, headerHeight: 44, headerPadding: 16 },
    Table: { cellPaddingBlockSM: 8, cellPaddingInlineSM: 12, headerBg: "#f8fafb" },
    Form: { itemMarginBottom: 16 },
    Segmented: { trackBg: "#e9eef2" },
  },
};

/** Colours that colour-blind readers can tell apart (after Okabe and Ito), most telling first. */
export const SERIES = [
  "#0b6a8f",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#7a5195",
  "#8c8c8c",
] as const;

export const GOOD = "#0a7a55";
export const BAD = "#b93a05";
export const FAINT = "#b8c4cd";
export const INK = "#1f2933";
export const INK_SOFT = "#5f6b7a";
export const LINE = "#e5e9ed";
export const MUTED = "#7d8b97";
