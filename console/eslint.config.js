import { readdirSync } from "node:fs";
import checkFile from "eslint-plugin-check-file";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// The zones are read from the folder list, so that a new feature is never born lawless.
const features = readdirSync(new URL("./src/features", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const above = { api: ["app", "features", "ui", "lib"], lib: ["app", "features", "ui"], ui: ["app", "features"], features: ["app"] };

const floors = Object.entries(above).flatMap(([floor, higher]) =>
  higher.map((from) => ({
    target: `./src/${floor}`,
    from: `./src/${from}`,
    message: `${floor} stands below ${from}: app → features → ui → lib → api.`,
  })),
);
const neighbours = features.map((feature) => ({
  target: `./src/features/${feature}`,
  from: "./src/features",
  except: [`./${feature}`],
  message: "Features are strangers: compose them in app.",
}));

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  reactHooks.configs.flat.recommended,
  jsxA11y.flatConfigs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "import-x": importX, "check-file": checkFile },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "./tsconfig.json" })] },
    rules: {
      "max-lines": ["error", { max: 250 }],
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones: [...floors, ...neighbours] }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
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
