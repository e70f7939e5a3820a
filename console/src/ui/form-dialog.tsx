/** A form in a dialog: its button sends it, waits while it is sent, and what went wrong stands below. */
import { Form, Modal, type ButtonProps, type FormInstance } from "antd";
import type { ReactNode } from "react";
import { Failure } from "@/ui/states";

interface Work {
  isPending: boolean;
  error: unknown;
}

interface FormDialogProps<Draft> {
  title: ReactNode;
  okText?: ReactNode;
  okButtonProps?: ButtonProps;
  /** What sends it: the button waits for it, its error is shown. */
  work: Work;
  /** Given where fields look at each other; else the dialog has its own. */
  form?: FormInstance<Draft>;
  initialValues?: Partial<Draft>;
  /** Stands above the form. */
  before?: ReactNode;
  onSend: (draft: Draft) => void;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog<Draft extends object>(props: FormDialogProps<Draft>) {
  const { work, before, children } = props;
  const [form] = Form.useForm<Draft>(props.form);
  return (
    <Modal
      open
      title={props.title}
      okText={props.okText}
      okButtonProps={props.okButtonProps}
      confirmLoading={work.isPending}
      onCancel={props.onClose}
      onOk={form.submit}
    >
      {before}
      <Form<Draft>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={props.initialValues}
        onFinish={props.onSend}
      >
        {children}
        {work.error != null && <Failure error={work.error} />}
      </Form>
    </Modal>
  );
}
