/** A new password: long enough, and that is all we ask of it. */
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";

export const PASSWORD_LENGTH_MIN = 10;

export function PasswordField({ label }: { label: string }) {
  const { t } = useTranslation("entrance");
  return (
    <Form.Item
      name="password"
      label={label}
      extra={t("account.passwordHint", { length: PASSWORD_LENGTH_MIN })}
      rules={[{ required: true }, { min: PASSWORD_LENGTH_MIN, max: 256 }]}
    >
      <Input.Password autoComplete="new-password" />
    </Form.Item>
  );
}
