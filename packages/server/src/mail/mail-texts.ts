/** The words of the mails. `{name}` is the person, `{server}` what the server calls itself. */

/** `before` stands before the link, where there is one. */
interface MailText {
  readonly subject: string
  readonly before: string
  readonly after: string
}

export type MailKind = 'resetRequested' | 'resetLinkMade' | 'passwordChanged' | 'emailChanged'

type MailTexts = Readonly<Record<MailKind, MailText>> & {
  readonly greeting: string
  readonly help: string
}

export type Language = 'en' | 'de' | 'es' | 'ru' | 'ar' | 'zh-CN'

export const mailTexts: Readonly<Record<Language, MailTexts>> = {
  en: {
    greeting: 'Hello {name},',
    help: 'Help:',
    resetRequested: {
      subject: 'Set a new password for {server}',
      before:
        'Somebody, probably you, asked for a new password for your account on {server}. Set it here:',
      after:
        'The link works once, within an hour. If it was not you, there is nothing to do: your password stays as it is.',
    },
    resetLinkMade: {
      subject: 'A link to reset your password was made on {server}',
      before:
        'An administrator of {server} made a link that sets a new password for your account. Whoever has it can sign in as you.',
      after: 'If you did not ask for it, ask your administrators why.',
    },
    passwordChanged: {
      subject: 'Your password for {server} was changed',
      before:
        'The password of your account on {server} was changed. Other devices were logged out.',
      after: 'If it was not you, set a new password at once and tell your administrators.',
    },
    emailChanged: {
      subject: 'Your e-mail address on {server} was changed',
      before:
        'Your account on {server} has another e-mail address now. Mails about it no longer come here.',
      after: 'If it was not you, tell your administrators at once.',
    },
  },
  de: {
    greeting: 'Hallo {name},',
    help: 'Hilfe:',
    resetRequested: {
      subject: 'Neues Passwort für {server} setzen',
      before:
        'jemand, vermutlich du, hat ein neues Passwort für dein Konto auf {server} angefordert. Hier setzt du es:',
      after:
        'Der Link gilt einmal und eine Stunde lang. Warst du das nicht, ist nichts zu tun: Dein Passwort bleibt, wie es ist.',
    },
    resetLinkMade: {
      subject: 'Auf {server} wurde ein Link zum Zurücksetzen deines Passworts erstellt',
      before:
        'jemand aus der Verwaltung von {server} hat einen Link erstellt, der ein neues Passwort für dein Konto setzt. Wer ihn hat, kann sich als du anmelden.',
      after: 'Hast du nicht darum gebeten, frage bei der Verwaltung nach.',
    },
    passwordChanged: {
      subject: 'Dein Passwort für {server} wurde geändert',
      before:
        'das Passwort deines Kontos auf {server} wurde geändert. Andere Geräte wurden abgemeldet.',
      after:
        'Warst du das nicht, setze sofort ein neues Passwort und sage der Verwaltung Bescheid.',
    },
    emailChanged: {
      subject: 'Deine E-Mail-Adresse auf {server} wurde geändert',
      before:
        'dein Konto auf {server} hat jetzt eine andere E-Mail-Adresse. Mails dazu kommen nicht mehr hierher.',
      after: 'Warst du das nicht, sage sofort der Verwaltung Bescheid.',
    },
  },
  es: {
    greeting: 'Hola, {name}:',
    help: 'Ayuda:',
    resetRequested: {
      subject: 'Elige una nueva contraseña para {server}',
      before:
        'Alguien, probablemente tú, ha pedido una nueva contraseña para tu cuenta en {server}. Elígela aquí:',
      after:
        'El enlace funciona una sola vez y caduca en una hora. Si no has sido tú, no tienes que hacer nada: tu contraseña sigue igual.',
    },
    resetLinkMade: {
      subject: 'Se ha creado un enlace para cambiar tu contraseña en {server}',
      before:
        'Un administrador de {server} ha creado un enlace que establece una nueva contraseña para tu cuenta. Quien lo tenga puede iniciar sesión en tu nombre.',
      after: 'Si no lo has pedido, pregunta el motivo a tus administradores.',
    },
    passwordChanged: {
      subject: 'Tu contraseña de {server} ha cambiado',
      before:
        'La contraseña de tu cuenta en {server} ha cambiado. Se ha cerrado la sesión en los demás dispositivos.',
      after:
        'Si no has sido tú, elige enseguida una nueva contraseña y avisa a tus administradores.',
    },
    emailChanged: {
      subject: 'Tu dirección de correo en {server} ha cambiado',
      before:
        'Tu cuenta en {server} tiene ahora otra dirección de correo. Los mensajes sobre ella ya no llegarán aquí.',
      after: 'Si no has sido tú, avisa enseguida a tus administradores.',
    },
  },
  ru: {
    greeting: 'Здравствуйте, {name}!',
    help: 'Помощь:',
    resetRequested: {
      subject: 'Новый пароль для {server}',
      before:
        'Кто-то, вероятно вы, запросил новый пароль для вашего аккаунта на {server}. Задайте его здесь:',
      after:
        'Ссылка действует один раз и в течение часа. Если это были не вы, ничего делать не нужно: пароль останется прежним.',
    },
    resetLinkMade: {
      subject: 'На {server} создана ссылка для сброса вашего пароля',
      before:
        'Администратор {server} создал ссылку, по которой можно задать новый пароль для вашего аккаунта. Тот, у кого она есть, может войти от вашего имени.',
      after: 'Если вы об этом не просили, спросите администраторов о причине.',
    },
    passwordChanged: {
      subject: 'Ваш пароль на {server} изменён',
      before: 'Пароль вашего аккаунта на {server} изменён. На других устройствах выполнен выход.',
      after: 'Если это были не вы, сразу задайте новый пароль и сообщите администраторам.',
    },
    emailChanged: {
      subject: 'Ваш адрес электронной почты на {server} изменён',
      before:
        'У вашего аккаунта на {server} теперь другой адрес электронной почты. Письма о нём больше не будут приходить сюда.',
      after: 'Если это были не вы, сразу сообщите администраторам.',
    },
  },
  ar: {
    greeting: 'مرحبًا {name}،',
    help: 'للمساعدة:',
    resetRequested: {
      subject: 'تعيين كلمة مرور جديدة في {server}',
      before:
        'طلب شخص ما، على الأرجح أنت، كلمة مرور جديدة لحسابك في {server}. يمكنك تعيينها من هنا:',
      after:
        'يعمل الرابط مرة واحدة فقط خلال ساعة. إن لم تكن أنت من طلب ذلك فلا داعي لفعل أي شيء، وستبقى كلمة مرورك كما هي.',
    },
    resetLinkMade: {
      subject: 'أُنشئ رابط لإعادة تعيين كلمة مرورك في {server}',
      before:
        'أنشأ أحد مشرفي {server} رابطًا يعيّن كلمة مرور جديدة لحسابك. من يملك هذا الرابط يمكنه الدخول باسمك.',
      after: 'إن لم تطلب ذلك، فاسأل المشرفين عن السبب.',
    },
    passwordChanged: {
      subject: 'تغيّرت كلمة مرورك في {server}',
      before: 'تغيّرت كلمة مرور حسابك في {server}، وسُجّل الخروج من الأجهزة الأخرى.',
      after: 'إن لم تكن أنت من غيّرها، فعيّن كلمة مرور جديدة فورًا وأخبر المشرفين.',
    },
    emailChanged: {
      subject: 'تغيّر عنوان بريدك الإلكتروني في {server}',
      before: 'أصبح لحسابك في {server} عنوان بريد إلكتروني آخر، ولن تصل رسائله إلى هنا بعد الآن.',
      after: 'إن لم تكن أنت من غيّره، فأخبر المشرفين فورًا.',
    },
  },
  'zh-CN': {
    greeting: '{name}，你好！',
    help: '帮助：',
    resetRequested: {
      subject: '为 {server} 设置新密码',
      before: '有人（可能是你本人）为你在 {server} 的账号申请了新密码。请在此设置：',
      after: '此链接只能使用一次，一小时内有效。如果不是你本人操作，无需理会，你的密码不会改变。',
    },
    resetLinkMade: {
      subject: '{server} 上已为你创建密码重置链接',
      before:
        '{server} 的管理员创建了一个可为你的账号设置新密码的链接。持有该链接的人能以你的身份登录。',
      after: '如果你没有提出过申请，请向管理员询问原因。',
    },
    passwordChanged: {
      subject: '你在 {server} 的密码已更改',
      before: '你在 {server} 的账号密码已更改，其他设备已退出登录。',
      after: '如果不是你本人操作，请立即设置新密码并告知管理员。',
    },
    emailChanged: {
      subject: '你在 {server} 的邮箱地址已更改',
      before: '你在 {server} 的账号现在使用另一个邮箱地址，相关邮件将不再发送到这里。',
      after: '如果不是你本人操作，请立即告知管理员。',
    },
  },
}
