# Bir etkenin yaygınlaştırılması: hatırlatan iletiler, konsolun sayfaları, sonu olan istisnalar.

reminder-subject-any = Lütfen ikinci bir etken kurun
reminder-subject-passkey = Lütfen bir geçiş anahtarı ekleyin
reminder-last-subject-any = İkinci etken için son gün: { $date }
reminder-last-subject-passkey = Geçiş anahtarı için son gün: { $date }
reminder-ask-any = { $organisation }, hesabınız için ikinci bir etken kurmanızı istiyor: bir geçiş anahtarı ya da telefonunuzda bir doğrulama uygulaması. İki dakika sürer.
reminder-ask-passkey = { $organisation }, hesabınıza bir geçiş anahtarı eklemenizi istiyor: bundan sonra parmak iziniz, yüzünüz ya da cihazınızın PIN koduyla oturum açarsınız. İki dakika sürer.
reminder-until = Bunun için son gün: { $date }. Sonrasında oturum açarken istenir.
reminder-over = Bunun için süre doldu: bir sonraki oturum açışınızda istenir ve o sırada kurarsınız.
reminder-passkey = Geçiş anahtarı ekle
reminder-authenticator = Doğrulama uygulaması kur
reminder-sure = Bağlantılar hesabınıza götürür; orada her zamanki gibi oturum açarsınız. Bu iletiden emin değilseniz hesabınızı kendiniz açın: orada aynısı yazar.

admin-nav-roll-outs = Yaygınlaştırmalar
admin-roll-outs-title = Yaygınlaştırmalar
admin-roll-outs-what = Yaygınlaştırma, kişilerden bir etken kurmalarını isteyen bir kuraldır. Süresi işlerken iletiler ve hesap sayfası eksik kalanlara hatırlatır; sonrasında oturum açılırken istenir ve kimse dışarıda kalmaz.
admin-roll-outs-none = Henüz yaygınlaştırılan bir şey yok.
admin-roll-outs-on = { $count ->
    [0] Hiçbiri açık değil
    [one] Biri açık
   *[other] { $count } tanesi açık
}
admin-roll-out-title = Yaygınlaştırma
admin-roll-out-new-title = Yeni yaygınlaştırma
admin-roll-out-new-what = Hiçbir şey yapmayan bir taslak olarak bir kural olur. Açmadan önce kimi kastettiğini görebilirsiniz.
admin-roll-out-name-hint = İş arkadaşlarınız onu kurallar arasında bulsun diye.
admin-roll-out-whom = Kim
admin-roll-out-whom-hint = Doldurulanların hepsi tutmalıdır; bir alandaki birkaç girdiden biri yeter. Herkes için hepsini boş bırakın.
admin-roll-out-what = Ne ve ne zamana kadar
admin-roll-out-what-hint = İletiler başlangıçta, sürenin yarısında, bitimine üç gün ve bir gün kala gider.
admin-roll-out-start = Başlangıç
admin-roll-out-start-hint = Gün UTC'de başlar. Boş: açılır açılmaz.
admin-roll-out-progress = { $people } kişiden { $has } kişide var (%{ $percent })
admin-roll-out-begins = { $date } tarihinde başlar
admin-roll-out-over = süre doldu, oturum açılırken istenir
admin-roll-out-days = { $count ->
    [one] bir gün kaldı
   *[other] { $count } gün kaldı
}
admin-roll-out-fact-progress = İlerleme
admin-roll-out-fact-time = Süre
admin-roll-out-fact-ends = Sürenin bitimi
admin-roll-out-fact-called = Herkese hatırlatıldı
admin-roll-out-pause = Duraklat
admin-roll-out-rule = Kuralı değiştir
admin-roll-out-switch-what = Duraklatıldığında kimseden bir şey istemez. Yeniden açıldığında süre baştan başlar.
admin-roll-out-meant = Kimi kastediyor
admin-roll-out-has = Olanlar
admin-roll-out-excepted = İstisna
admin-roll-out-left = Kalanlar
admin-roll-out-nobody = Kimse kalmadı.
admin-roll-out-due = { $date } tarihine kadar
admin-roll-out-reminded = { $date } tarihinde hatırlatıldı
admin-roll-out-not-reminded = henüz hatırlatılmadı
admin-roll-out-unreachable = ileti almıyor: doğrulanmış adresi yok
admin-roll-out-remind = Kalan herkese hatırlat
admin-roll-out-remind-what = Kalan ve doğrulanmış adresi olan herkese bir ileti gider. Bunu günde bir kez yapabilirsiniz.
admin-roll-out-done-reminded = İletiler yola çıktı.
admin-roll-out-wrong-not-running = Henüz açık değil; hatırlatılacak kimse yok.
admin-roll-out-wrong-no-mail = Buradan ileti gönderilmiyor. İşletmeci bunu kurabilir.
admin-roll-out-wrong-too-soon = Herkese kısa süre önce hatırlatıldı. { $date } itibarıyla yeniden yapabilirsiniz.
admin-coverage-roll-outs = Yaygınlaştırmalar

admin-exceptions = Sonu olan istisnalar
admin-exceptions-what = Kural, günleri bitene kadar bu kişileri atlar. Kuralları görebilen herkes bu listeyi görür ve her değişiklik kayda geçer.
admin-exceptions-none = Hiç yok.
admin-exception-until-day = { $date } gününün sonuna kadar
admin-exception-why = { $reason } (veren: { $by })
admin-exception-operator = işletmeci
admin-exception-end = Bitir
admin-exception-end-of = { $person } için istisnayı bitir
admin-exception-new = İstisna yap
admin-exception-person = Kullanıcı adı
admin-exception-until = Son gün
admin-exception-until-hint = Bir yıl içinde. Gün UTC'de biter.
admin-exception-reason = Gerekçe
admin-exception-reason-hint = Adınızla birlikte saklanır.
admin-exception-give = İstisnayı yap
admin-exception-done-given = İstisna geçerli.
admin-exception-done-ended = İstisna bitti.
admin-exception-wrong-day = Son günü tarih olarak yazın, örneğin 2026-12-31.
admin-exception-wrong-past = Bu gün çoktan geçti.
admin-exception-wrong-far = Bir istisna en çok bir yıl sürer. Bitince yenileyin.
admin-exception-wrong-reason = En çok 200 karakterlik bir gerekçe yazın.
admin-exception-wrong-many = Bu kuraldan çok fazla istisna var. Onun yerine “Şu durum dışında” altına bir grup yazın.
admin-exception-wrong-none = Bu kişi için artık bir istisna yok.

admin-rule-start = Başlangıç
admin-rule-start-hint = Bir gün ya da bir an: 2026-12-01 ya da 2026-12-01T09:00:00Z. Öncesinde kural bir şey istemez. Boş: hemen.
admin-rule-from = { $date } itibarıyla
admin-rule-wrong-start = Başlangıcı gün ya da an olarak yazın, örneğin 2026-12-01 ya da 2026-12-01T09:00:00Z.
admin-rule-wrong-start-far = Başlangıç bir yıldan daha ileride.
admin-rule-excepted = Günün sonuna kadar dışında: { $who }
