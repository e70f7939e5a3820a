import checkFile from "eslint-plugin-check-file";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  reactHooks.configs.flat.recommended,
  jsxA11y.flatConfigs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "check-file": checkFile },
    rules: {
      "max-lines": ["error", { max: 250 }],
      "check-file/filename-naming-convention": ["error", { "src/**/*.{ts,tsx}": "KEBAB_CASE" }, { ignoreMiddleExtensions: true }],
      "check-file/folder-naming-convention": ["error", { "src/**/": "KEBAB_CASE" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-properties": [
        "error",
        { property: "toLocaleString", message: "Money, time and counts are written by lib/format." },
        { property: "toLocaleDateString", message: "Money, time and counts are written by lib/format." },
      ],
      // The router's own pages focus their first field; anywhere else it would steal the reader's place.
      "jsx-a11y/no-autofocus": "off",
    },
  },
  {
    // Colours and pixels live in ui; everyone else asks for a token.
    files: ["src/{app,features}/**/*.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "Literal[value=/^#[0-9a-fA-F]{3,8}$/]", message: "Colours are tokens of ui/theme." },
        { selector: "JSXText[value=/[\\u4e00-\\u9fff]/]", message: "Words come from the catalogue." },
      ],
    },
  },
);
