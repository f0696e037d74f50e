# Yöneticilerin konsolu.

admin-title = Konsol
admin-what = Burada gördükleriniz ve değiştirdikleriniz yalnızca kuruluşunuz için geçerlidir. Her değişiklik adınızla kaydedilir.
admin-may-not = Rolleriniz bunu görmenize ya da yapmanıza izin vermiyor. Kuruluşunuzun bir yöneticisi size gereken rolü verebilir.
admin-none = Yok
admin-no-department = Bölümü yok
admin-nav-home = Genel bakış
admin-nav-people = Kişiler
admin-nav-coverage = İkinci etkenler
admin-nav-rules = Oturum açma kuralları

admin-people-title = Kişiler
admin-people-count = { $count ->
    [one] Bir kişi
   *[other] { $count } kişi
}
admin-people-search = Kullanıcı adının başı
admin-people-find = Bul
admin-people-next = Sonraki sayfa
admin-people-none = Bu adla kimse yok.
admin-person-title = Kişi
admin-person-passkey = Geçiş anahtarı var
admin-person-second = Doğrulama uygulaması var
admin-person-alone = Yalnızca parola
admin-person-nothing = Henüz hiçbir şey kurmadı
admin-person-disabled = Devre dışı
admin-person-left = Ayrıldı
admin-person-status = Durum
admin-person-username = Kullanıcı adı
admin-person-email = E-posta
admin-person-roles = Roller
admin-person-groups = Gruplar
admin-person-factors = Oturum açma araçları
admin-factor-password = Parola belirlendi
admin-factor-authenticators = Doğrulama uygulamaları
admin-factor-passkeys = Geçiş anahtarları
admin-factor-codes = Kalan kurtarma kodları
admin-factor-sessions = Şu anda açık oturumlar
admin-factor-any = Doğrulama uygulaması ya da geçiş anahtarı
admin-factor-passkey = Geçiş anahtarı
admin-factor-authenticator = Doğrulama uygulaması
admin-factor-remove-title = Birini kaldırın
admin-factor-remove-what = Kaybolan ya da başkasına verilen, yanında bir başkası kalan bir etken için. Sahibine e-postayla bildirilir. Oturumlar açık kalır: başka biri kullanmış olabilirse onları yukarıdan sonlandırın.
admin-factor-remove = Kaldır
admin-factor-remove-of = { $name } etkenini kaldır
admin-factor-removed = Etken kaldırıldı ve sahibine bildirildi.
admin-factor-gone = Bu etken artık yok.
admin-factor-last = Bu, kişinin son ikinci etkenidir ve kalır: onsuz, parolayı bilen herkes girebilirdi. Kaybettiyse yeniden oturum açmasına yardım edin: bağlantı öncekileri sona erdirir ve yeni etkenler ister.
admin-factor-last-of-all = Bu geçiş anahtarı kalıyor: kurallar bir tane istiyor, bir liste hangilerinin eklenebileceğini sınırlıyor ve bu olmadan kuruluşunuza bakan kimse içeri giremez. Önce başka bir yönetici bir geçiş anahtarı eklesin.

admin-factor-trusted = Güvenilen cihazlar
admin-device-what = Kurallar izin verdiği sürece bu cihazlarda ikinci etken istenmez. Güven sona erince bir sonraki oturumda ikinci etken yeniden istenir.
admin-device-end = Güveni sonlandır
admin-device-end-of = Güveni sonlandır: { $name }
admin-device-ended = Bu cihaza artık güvenilmiyor.
admin-device-gone = Bu cihaza artık güvenilmiyor ya da hiç güvenilmedi.
admin-lock = Kilitli
admin-lock-password = Parola
admin-lock-totp = Uygulama kodları
admin-lock-recovery-code = Kurtarma kodları
admin-lock-known = daha önce oturum açtığı tarayıcılarda
admin-lock-strangers = diğer tüm tarayıcılarda
admin-lock-until = { $date } tarihine kadar
admin-lock-for-good = yeniden belirlenene ya da kilit kaldırılana kadar
admin-lock-title = Kilidi kaldırın
admin-lock-what = Art arda çok fazla yanlış deneme bir etkeni kilitler. Kişinin daha önce oturum açtığı tarayıcılar ayrı sayılır; böylece yabancılar onu orada dışarıda bırakamaz. Kişinin kendisi olduğunu ya da denemelerin bittiğini biliyorsanız kilidi kaldırın.
admin-lock-end = Kilidi kaldır
admin-lock-ended = Kilit kaldırıldı.
admin-lock-none = Bu kişide artık kilitli bir şey yok.
admin-account-off-title = Hesabı kapat
admin-account-off-what = Artık kimse bu hesapla giremez: oturumlar, belirteçler ve bağlantılar hemen sona erer, uygulamalara bildirilir. Kişiye verilmiş olanlar durur ve hesap açılınca yeniden geçerli olur.
admin-account-off = Kapat
admin-account-is-off = Hesap kapatıldı.
admin-account-on-title = Hesabı aç
admin-account-on-what = Kişi eskiden kullandıklarıyla yeniden oturum açar ve kendisine verilmiş olanlara yeniden sahip olur.
admin-account-on = Aç
admin-account-is-on = Hesap yeniden açık.
admin-account-wrong-already = Hesap zaten bu durumda.
admin-account-wrong-last = Kuruluşu başka kimse yönetmiyor. Önce başka birine bu yetkiyi verin.
admin-account-wrong-locked = Bu hesap olmadan oturum açma kuralları hiçbir yöneticiyi içeri almaz. Önce kuralları değiştirin.

admin-coverage-title = İkinci etkenler
admin-coverage-what = Kimler paroladan fazlasını kanıtlayabiliyor. Oturum açamayan kişiler sayılmaz; birden çok bölgede ya da bölümde olan kişi her birinde sayılır.
admin-coverage-left = { $count ->
    [0] Herkesin ikinci etkeni var
    [one] Bir kişinin ikinci etkeni yok
   *[other] { $count } kişinin ikinci etkeni yok
}
admin-coverage-groups = Bölüme ve bölgeye göre
admin-coverage-group = Grup
admin-group-named = { $title } ({ $kind })
admin-group-department = departman
admin-group-region = bölge
admin-group-team = ekip
admin-coverage-people = Kişi
admin-coverage-second = İkinci etken
admin-coverage-passkey = Geçiş anahtarı
admin-coverage-left-title = Kimler kaldı
admin-coverage-nobody = Kimse kalmadı. Herkesin ikinci etkeni var.

admin-rules-title = Oturum açma kuralları
admin-rules-what = Uyan bütün kurallar sayılır ve en sıkısı geçerli olur. İzin veren ya da reddeden bir kural listeyi bitirir: altındakilere bakılmaz.
admin-rules-none = Henüz kural yok. İkinci etken isteyen roller bunu kural olmadan da yapar.
admin-rules-on = { $count ->
    [0] Hiçbiri açık değil
    [one] Biri açık
   *[other] { $count } kural açık
}
admin-rule-mode-draft = Taslak
admin-rule-mode-report = Yalnızca rapor
admin-rule-mode-on = Açık
admin-rule-always = Her zaman
admin-rule-except = şunun dışında: { $what }
admin-rule-title = Kural
admin-rule-new-title = Yeni kural
admin-rule-new-what = Yeni kural bir taslaktır ve bir şey yapmaz. Açmadan önce ne yapmış olacağını görebilirsiniz.
admin-rule-draft = Taslak olarak kaydet
admin-rule-save = Kaydet
admin-rule-says = Ne diyor
admin-rule-counts = Geçerli mi
admin-rule-counts-what = Önce son 30 günün oturum açmalarında ne yapmış olacağına bakın. Yalnızca rapor durumunda hiçbir şey istemez; her oturum açmanın olayına ne isteyeceğini yazar ve bunu bu sayfada toplar.
admin-rule-replay = Ne yapmış olacağını gör
admin-rule-switch-draft = Taslağa döndür
admin-rule-switch-report = Yalnızca rapor
admin-rule-switch-on = Aç
admin-rule-up = Yukarı taşı
admin-rule-down = Aşağı taşı
admin-rule-remove = Kaldır
admin-rule-done-added = Taslak kaydedildi. Henüz bir şey yapmıyor.
admin-rule-done-saved = Kaydedildi.
admin-rule-done-draft = Kural yeniden taslak ve bir şey istemiyor.
admin-rule-done-report = Kural bundan sonra rapor eder ve bir şey istemez.
admin-rule-done-on = Kural açık.
admin-rule-done-removed = Kural kaldırıldı.
admin-rule-done-moved = Kural yeni yerinde.

admin-rule-what = Ad
admin-rule-name = Kuralın adı
admin-rule-name-hint = Çalışma arkadaşlarınıza neye yaradığını söyleyen bir cümle.
admin-rule-when = Eğer
admin-rule-when-hint = Doldurulanların hepsi uymalıdır; bir alandaki birkaç girdiden biri yeter. Herkes ve her zaman için hepsini boş bırakın.
admin-rule-unless = Şu durum dışında
admin-rule-unless-hint = Burada doldurulanların hepsi uyarsa kural geçerli değildir. İstisna yoksa hepsini boş bırakın.
admin-rule-then = O zaman
admin-rule-then-hint = Seçiminize ait olmayan alanlara bakılmaz.
admin-rule-names = Olanlar: { $names }
admin-when-people = Kişiler
admin-when-people-hint = Kullanıcı adları, aralarında virgülle.
admin-when-roles = Roller
admin-when-groups = Bölümler, bölgeler, ekipler
admin-when-attributes = Öznitelikler
admin-when-attributes-hint = Her satıra bir tane: job_title = Ekip lideri, Müdür
admin-when-age = Hesap şundan yeni (gün)
admin-when-clients = Uygulamalar
admin-when-clients-hint = İstemci kimlikleri, aralarında virgülle.
admin-when-scopes = Uygulamanın istediği kapsamlar
admin-when-networks = Ağlar
admin-when-networks-hint = Örneğin 192.0.2.0/24, 2001:db8::/32
admin-when-countries = Ülkeler
admin-when-countries-hint = İki harfleri, örneğin DE, TR. Ülkesi bilinmeyen bir adres hiçbirinde sayılmaz.
admin-when-devices = Cihaz
admin-when-risk = Risk
admin-when-days = Günler
admin-when-times = Zaman
admin-when-from = Başlangıç (saat)
admin-when-from-hint = Örneğin 08:00. Bütün gün için boş bırakın.
admin-when-until = Bitiş (saat)
admin-when-until-hint = Başlangıçtan önceki bir bitiş gece yarısını aşar.
admin-when-zone = Saat dilimi
admin-when-zone-hint = Örneğin Europe/Istanbul. Boş bırakılırsa UTC.
admin-device-new = Yeni
admin-device-known = Bilinen
admin-device-trusted = Güvenilen
admin-risk-low = Düşük
admin-risk-medium = Orta
admin-risk-high = Yüksek
admin-day-mo = Pazartesi
admin-day-tu = Salı
admin-day-we = Çarşamba
admin-day-th = Perşembe
admin-day-fr = Cuma
admin-day-sa = Cumartesi
admin-day-su = Pazar
admin-then = Ne istenir
admin-then-second-factor = İkinci etken
admin-then-second-factor-remembered = { $days ->
    [one] İkinci etken, güvenilen cihazlarda günde bir
   *[other] İkinci etken, güvenilen cihazlarda { $days } günde bir
}
admin-then-phishing-resistant = Geçiş anahtarı (oltalanamayan bir kanıt)
admin-then-again = Çok zaman geçtiyse yeniden oturum açma
admin-then-again-always = Bir uygulamanın her isteğinde yeniden oturum aç
admin-then-again-after = { $minutes ->
    [one] Bir dakika sonra yeniden oturum açma
   *[other] { $minutes } dakika sonra yeniden oturum açma
}
admin-then-enrol = Etken kurma
admin-then-enrol-any = { $days ->
    [0] Hemen ikinci etken kurma
    [one] Bir gün içinde ikinci etken kurma
   *[other] { $days } gün içinde ikinci etken kurma
}
admin-then-enrol-passkey = { $days ->
    [0] Hemen geçiş anahtarı kurma
    [one] Bir gün içinde geçiş anahtarı kurma
   *[other] { $days } gün içinde geçiş anahtarı kurma
}
admin-then-refuse = Giriş yok
admin-then-refuse-saying = Giriş yok: “{ $sentence }”
admin-then-allow = Başka bir şey istenmez (alttaki kurallar geçerli değildir)
admin-then-remember = İkinci etken: güvenilen cihazda gün
admin-then-remember-hint = Kişinin güvendiği cihazda bu süre boyunca yeniden sorulmaz. Boş ya da 0: her zaman sorulur.
admin-then-minutes = Yeniden oturum açma: dakika
admin-then-minutes-hint = 0: bir uygulamanın her isteğinde. Bu sunucunun sayfalarında her zaman en az 5 dakika geçer.
admin-then-factor = Kurma: hangi etken
admin-then-grace = Kurma: süre (gün)
admin-then-grace-hint = O zamana kadar hesap sayfası söyler, sonra oturum açarken istenir.
admin-then-sentence = Giriş yok: kişinin okuduğu
admin-then-sentence-hint = Bunun yerine ne yapabileceğini söyleyin.

admin-rule-wrong-gone = Bu kural artık yok.
admin-rule-wrong-taken = Başka bir kuralın adı bu.
admin-rule-wrong-many = Olabilecek en çok sayıda kural var. Önce birini kaldırın.
admin-rule-wrong-meanwhile = Bu arada başka biri kuralları değiştirdi. Şimdiki hallerine bakıp yeniden deneyin.
admin-rule-wrong-administrators = Bu kuralla hiçbir yönetici giremez olur. “Şu durum dışında” altında her zaman girebilen birini belirtin.
admin-rule-wrong-everyone = Bu kuralla kimse giremez olur. Kimi kastettiğini söyleyin ya da bir istisna koyun.
admin-rule-wrong-administrators-passkey = Kurallar her yöneticiden bir geçiş anahtarı istiyor, hiçbirinin geçiş anahtarı yok ve bir liste hangilerinin eklenebileceğini sınırlıyor. Önce hesabınızda “Geçiş anahtarları” altında bir tane ekleyin.
admin-rule-wrong-everyone-passkey = Kurallar herkesten bir geçiş anahtarı istiyor, kimsenin geçiş anahtarı yok ve bir liste hangilerinin eklenebileceğini sınırlıyor. Önce hesabınızda “Geçiş anahtarları” altında bir tane ekleyin.
admin-rule-wrong-not-there = Kuruluşunuzda { $what } adında bir şey yok.
admin-rule-wrong-scope = Hiçbir uygulamada kapsam olarak istenebilecek { $what } adında bir izin yok.
admin-rule-wrong-attribute-unknown = Kuruluşunuzda hiç kimsenin { $what } adında bir özniteliği yok.
admin-rule-wrong-name = Kurala en çok 100 karakterlik bir ad verin.
admin-rule-wrong-entries = Listelerden birinde çok fazla girdi var. Bunun yerine bir grup ya da öznitelik kullanın.
admin-rule-wrong-entry = Listelerden birinin bir girdisi boş ya da çok uzun.
admin-rule-wrong-network = { $what } bir ağ değil. 192.0.2.0/24 gibi yazın.
admin-rule-wrong-country = { $what } bir ülke değil. İki harfini yazın, örneğin DE.
admin-rule-wrong-countries = Bu sunucu adreslerin ülkelerini bilmiyor. Onu işleten kişi bir veritabanı verebilir (risk.geoip_file).
admin-rule-wrong-group = { $what } bir grup değil. Türünü ve adını yazın: department:support gibi.
admin-rule-wrong-time = { $what } bir saat değil. 08:30 gibi yazın.
admin-rule-wrong-zone = { $what } bir saat dilimi değil. Europe/Istanbul gibi bir ad yazın.
admin-rule-wrong-age = Hiçbir hesap 0 günden yeni değildir.
admin-rule-wrong-sentence = Giremeyen kişinin okuyacağını en çok 500 karakterle yazın.
admin-rule-wrong-number = Bir sayı { $what } sayısından büyük.
admin-rule-wrong-digits = Sayıları işaretsiz rakamlarla yazın.
admin-rule-wrong-attribute = Her özniteliği ayrı bir satıra yazın: job_title = Ekip lideri gibi.

admin-replay-title = Kural ne yapmış olurdu
admin-replay-to-rule = Kurala git: aç veya değiştir
admin-replay-count = { $count ->
    [0] Son 30 günde kimse oturum açmadı.
    [one] Son 30 günün bir oturum açması, açık olan bütün kurallarla ve bununla.
   *[other] Son 30 günün { $count } oturum açması, açık olan bütün kurallarla ve bununla.
}
admin-replay-what = Roller, gruplar ve etkenler kişilerin şimdikileridir.
admin-replay-passages = { $count ->
    [one] Oturum açmadan bir uygulamaya bir geçiş.
   *[other] Oturum açmadan uygulamalara { $count } geçiş.
}
admin-replay-passages-what = Zaten var olan bir oturumla gerçekleşti; her oturum, uygulama ve kapsam listesi için günde bir kez sayılır.
admin-replay-passages-title = Uygulamalara giderken, bölüme göre
admin-replay-passages-people = Uygulamalara giderken, ada göre
admin-replay-departments = Bölüme göre
admin-replay-department = Bölüm
admin-replay-people = Ada göre
admin-replay-person = Kişi
admin-replay-all = Herkes
admin-replay-let-in = Girdi
admin-replay-stepped-up = Fazlası istendi
admin-replay-enrol = Etken kuracak
admin-replay-refused = Giremedi
admin-replay-nobody = Kimse için bir şey değişmezdi.
admin-replay-more = { $count ->
    [one] Bir kişi daha gösterilmiyor.
   *[other] { $count } kişi daha gösterilmiyor.
}
admin-report-title = Ne istemiş olurdu
admin-report-what = { $date } tarihinden beri, açık olan bütün kurallarla ve bununla.
admin-report-column = Gelenler
admin-report-sign-ins = Oturum açarak
admin-report-passages = Var olan bir oturumla bir uygulamaya
admin-check-title = Ne istenirdi
admin-check-what = Böyle oturum açan birinden kuralların ne isteyeceği ve her birinin neden uyup uymadığı. Kimse oturum açmaz ve hiçbir şey istenmez. Bir rolün ya da uygulamanın istediği buna eklenir.
admin-check-form = Bir oturum açma
admin-check-form-hint = Yalnızca kullanıcı adı gereklidir.
admin-check-person = Kullanıcı adı
admin-check-client = Uygulama
admin-check-client-hint = İstemci kimliği. Boş: bu sunucunun sayfaları.
admin-check-address = Ağ adresi
admin-check-address-hint = Örneğin 192.0.2.7. Boş: bilinmeyen bir adres.
admin-check-country = Ülke
admin-check-country-hint = İki harf, örneğin DE. Boş: adresin ülkesi.
admin-check-ask = Göster
admin-check-nothing = Başka bir şey istenmez
admin-check-remembered = Kişi bu cihaza güvendiği için ikinci etken istenmez
admin-check-enrol-any = { $date } tarihine kadar ikinci bir etken kurması söylenir
admin-check-enrol-passkey = { $date } tarihine kadar bir geçiş anahtarı kurması söylenir
admin-check-reported = Yalnızca rapor veren kurallar açık olsaydı:
admin-check-applies = Uyar
admin-check-would = Uyardı, ama açık değil
admin-check-below = Uyardı, ama üstündeki bir kural listeyi bitiriyor
admin-check-unless = Uymaz: istisnası geçerli
admin-check-starts = Uymaz: daha sonra başlıyor
admin-check-exception = Uymaz: bu kişiyi bir süre atlıyor
admin-check-condition = Uymaz, nedeni: { $condition }
admin-check-wrong-address = { $what } bir ağ adresi değil. 192.0.2.7 ya da 2001:db8::1 gibi yazın.
admin-check-wrong-scopes = Kapsamları aralarında boşlukla yazın, örneğin openid feedback:export.
admin-names-hidden = Rolleriniz kim olduklarını görmenize izin vermiyor.

admin-help-title = Yeniden oturum açmasına yardım
admin-help-link = Yeniden oturum açmasına yardım
admin-help-link-waits = Bekleyen bağlantıyı onaylayın ya da geri alın
admin-help-what = Oturum açma araçlarını kaybeden biri için. Kişi, bir kez ve kısa süre geçerli bir bağlantıyı e-postayla alır ve onunla yeni etkenler kurar; bağlantıyı kullandığında eskileri sona erer. Siz bağlantıyı hiç görmezsiniz.
admin-help-reason = Neden
admin-help-reason-hint = Gerçekten o kişinin istediğini nereden biliyorsunuz. Adınızla birlikte saklanır.
admin-help-ask = Bağlantıyı gönder
admin-help-ask-two = Bağlantıyı iste
admin-help-two = Bu hesap kurtarılmadan önce iki yöneticinin onaylaması gerekir: ikincisi onaylayana kadar hiçbir şey gönderilmez.
admin-help-agree = Onayla ve bağlantıyı gönder
admin-help-waits = Bu kişi için bir bağlantı istendi. Bu yetkiye sahip bir başkası onayladığında gönderilir.
admin-help-open = Zaten bir bağlantı gönderildi. Yenisi onun yerini alır.
admin-help-again = Bir bağlantı daha gönder
admin-help-done-issued = Bağlantı yolda.
admin-help-done-waits = Bağlantı gönderilmeden önce ikinci bir yönetici onaylamalıdır.
admin-help-wrong-above = Ne kendinize ne de burada sizden fazlasını yapabilen birine yardım edebilirsiniz. Onunla aynı haklara sahip biri edebilir.
admin-help-wrong-account = Bu hesap ya da kuruluşu oturum açamaz.
admin-help-wrong-mail = Buradan e-posta gönderilmiyor. İşletmeci bir bağlantı verebilir: doorward person recover.
admin-help-wrong-address = Bu hesabın e-posta adresi yok. İşletmeci bir bağlantı verebilir: doorward person recover.
admin-help-wrong-reason = Bir neden yazın.
admin-help-wrong-same = Bunu siz istediniz: başka bir yönetici onaylamalıdır.
admin-help-wrong-gone = Artık kimse bu kişi için bağlantı istemiyor.
admin-rule-wrong-large = Kural çok uzun. Listeler yerine grup ya da öznitelik kullanın.
admin-rule-wrong-passkeys = Bu sunucunun adresinde ana makine adı olmadığı için burada kimsenin geçiş anahtarı olamaz.

admin-nav-break-glass = Acil durum hesapları
admin-when-break-glass = Acil durum hesapları
admin-break-glass-any = Fark etmez
admin-break-glass-not = Acil durum hesapları dışında herkes
admin-break-glass-only = Yalnızca acil durum hesapları
admin-break-glass-title = Acil durum hesapları
admin-break-glass-open = { $count ->
    [0] İncelenmeyi bekleyen kullanım yok
    [one] Bir kullanım incelenmeyi bekliyor
   *[other] { $count } kullanım incelenmeyi bekliyor
}
admin-break-glass-what = Acil durum hesapları, başka kimsenin giremediği gün içindir. Kurallar onları dışarıda bırakabilir. Biriyle yapılan her şey tüm yöneticilere hemen bildirilir ve başka biri inceleyene kadar burada bekler.
admin-break-glass-waiting = İncelenmeyi bekliyor
admin-break-glass-nothing = Bekleyen yok.
admin-break-glass-accounts = Hesaplar
admin-break-glass-none = İşaretli hesap yok. Geçiş anahtarları kasada duran iki hesap bulundurun ve yılda iki kez deneyin.
admin-break-glass-mark-title = Bir hesabı işaretle
admin-break-glass-mark = İşaretle
admin-break-glass-reason-hint = Ne için olduğu ve geçiş anahtarının nerede durduğu.
admin-break-glass-unmark-of = { $name } hesabının işaretini kaldır
admin-break-glass-unmark = İşareti kaldır
admin-break-glass-act = Ne yapıldı
admin-break-glass-act-sign-in = Oturum açıldı
admin-break-glass-act-pass = Yeni etkenler için bir bağlantı kullanıldı
admin-break-glass-act-attempt = Yanlış parolalar veya kodlar
admin-break-glass-act-unmarked = İşareti kaldırıldı
admin-break-glass-note = Ne buldunuz
admin-break-glass-review = İncelemeyi kaydet
admin-break-glass-reviewed = İncelendi
admin-break-glass-reviewed-by = İnceleyen
admin-break-glass-operator = İşletmeci, komut satırından
admin-break-glass-system = Sunucu
admin-break-glass-done-marked = Hesap işaretlendi.
admin-break-glass-done-unmarked = İşaret kaldırıldı. Kurallar bu hesap için de herkes gibi geçerli.
admin-break-glass-done-reviewed = İnceleme kaydedildi.
admin-break-glass-wrong-nobody = Kuruluşunuzda bu kullanıcı adına sahip kimse yok.
admin-break-glass-wrong-marked = Bu hesap zaten işaretli.
admin-break-glass-wrong-unmarked = Bu hesabın işareti yok.
admin-break-glass-wrong-gone = Bu kullanım zaten incelenmiş.
admin-break-glass-wrong-note = Ne bulduğunuzu en çok 1000 karakterle yazın.
admin-break-glass-wrong-own = Kendi hesabınızla yapılanı başka biri incelemeli.

admin-person-end = Tüm oturumları sonlandır
admin-person-ended = Tüm oturumlar ve uygulamalara verilenler sona erdi.
admin-invite-link = Birini davet et
admin-invite-title = Birini davet et
admin-invite-what = Nasıl oturum açacağını kuracağı, bir kez geçerli bir bağlantıyı e-postayla alır. Bağlantıyı siz hiç görmezsiniz.
admin-invite-username-hint = Oturum açarken kullandığı ad; çoğunlukla e-posta adresi.
admin-invite-name = Tam adı
admin-invite-email-hint = Bağlantının gideceği yer.
admin-invite-department = Departman
admin-invite-send = Daveti gönder
admin-invite-done = Davet yola çıktı.
admin-invite-wrong-username = Bu bir kullanıcı adı olamaz: en çok 254 karakter, boşluksuz.
admin-invite-wrong-email = Bu bir e-posta adresi değil.
admin-invite-wrong-name = Adını en çok 200 karakterle yazın.
admin-invite-wrong-taken = Bu kullanıcı adı zaten birinin.
admin-invite-wrong-mail = Buradan e-posta gönderilmiyor. İşletmeci bir bağlantı verebilir: doorward person invite --show.
admin-invite-wrong-gone = Departman ya da bir rol artık yok. Formu gözden geçirip yeniden deneyin.
admin-invite-wrong-above = { $role } rolü, sizin sahip olduğunuzdan fazlasını verir.

admin-nav-recovery = Kurtarma
admin-recovery-two = İki kişinin onayı gerekir: { $whose }
admin-recovery-what = Tüm etkenlerini kaybeden kişi, kendisini tanıyan bir yöneticiden bağlantı alır. Burada, kimin kurtarılmasından önce ikinci bir yöneticinin onaylaması gerektiğini belirlersiniz.
admin-recovery-now = Kurtarmadan önce iki yöneticinin onayı gereken kişiler: { $whose }.
admin-recovery-least = Kurulum bunu her yerde şunlar için ister: { $whose }; burada yalnızca daha fazlası istenebilir.
admin-recovery-change = Kim onaylamalı
admin-recovery-change-hint = Birini bekleyen bağlantılar beklemeye devam eder. Gevşetilen kural bir gün sonra geçerli olur.
admin-recovery-tells = Kuruluşunuzun kurallarına bakan herkese e-postayla bildirilir.
admin-recovery-lowered = { $date } tarihinden sonra: { $whose }. Gevşetilen kural bir gün sonra geçerli olur.
admin-recovery-whose = İki kişinin onayı şunların kurtarılmasından önce gerekir
admin-recovery-set = Kaydet
admin-recovery-done = Kaydedildi.
admin-recovery-wrong = Kurulum bundan fazlasını istiyor. Sunulanlardan birini seçin.

admin-nav-passkeys = Geçiş anahtarı ürünleri
admin-passkeys-title = Geçiş anahtarı ürünleri
admin-passkeys-lists = { $count ->
    [0] tüm ürünler
   *[other] { $count } liste
}
admin-passkeys-what = Kişiler her ürünün geçiş anahtarını ve güvenlik anahtarını ekleyebilir ya da yalnızca bir listedekileri. Bir kişi için birden çok liste geçerliyse ürün hepsinde olmalıdır. Önceden eklenenler kalır.
admin-passkeys-all = Liste yok: tüm ürünler eklenebilir.
admin-passkeys-unknown = Bu kurulumun işletmecisi FIDO Alliance meta verilerini vermedi (passkeys.metadata_file); hangi ürünü kimin onayladığını bunlar söyler. Onlar olmadan yalnızca ürünlerin kendi beyanına göre liste yapılabilir.
admin-passkeys-everybody = Herkes
admin-passkeys-list = Liste yap veya değiştir
admin-passkeys-list-hint = Var olan listenin yerine geçer.
admin-passkeys-whose = Kimin için
admin-passkeys-products = Ürünler
admin-passkeys-proof = Ürünü ne kanıtlar
admin-passkeys-attested = Üreticinin denetlenen onayı
admin-passkeys-claimed = Ürünün kendi beyanı
admin-passkeys-only-claims = { $product } (yalnızca kendi beyanıyla)
admin-passkeys-proof-hint = Telefonların ve parola yöneticilerinin kopyaladığı geçiş anahtarlarının üretici onayı yoktur. Kendi beyanları yanlışlıkla seçileni engeller, kendini başka gösterenleri engellemez.
admin-passkeys-set = Bu listeyi uygula
admin-passkeys-change = Değiştir
admin-passkeys-change-of = Listeyi değiştir: { $whose }
admin-passkeys-clear = Tüm ürünlere yeniden izin ver
admin-passkeys-clear-of = Tüm ürünlere yeniden izin ver: { $whose }
admin-passkeys-done-set = Liste geçerli.
admin-passkeys-done-cleared = Tüm ürünlere yeniden izin veriliyor.
admin-passkeys-wrong-empty = En az bir ürün seçin. Hepsine yeniden izin vermek için listenin yanındaki düğmeyi kullanın.
admin-passkeys-wrong-role = Bu rol artık yok. Başka birini seçin.
admin-passkeys-wrong-meanwhile = Bu arada başka biri kuralları, bir listeyi ya da bir geçiş anahtarını değiştirdi. Bakıp yeniden deneyin.
admin-passkeys-wrong-product = Ürünlerden biri artık bilinmiyor ya da güvenilir değil. Listeye yeniden bakın.
admin-invite-language = Dil
admin-invite-language-hint = Bu kişiye hangi dilde yazacağımız

admin-pass-title = Açık bağlantı
admin-pass-what = Ne için
admin-pass-what-invitation = Davet
admin-pass-what-recovery = Yeniden oturum açmasına yardım
admin-pass-state-waits = İkinci bir yöneticiyi bekliyor
admin-pass-state-issued = Verildi, henüz kullanılmadı
admin-pass-state-begun = Biri kullanmaya başladı
admin-pass-by = İsteyen
admin-pass-until = Geçerlilik sonu
admin-pass-take-back = Bağlantıyı geri al
admin-pass-taken-back = Bağlantı geri alındı: artık hiçbir işe yaramaz.
admin-pass-gone = Bu bağlantı zaten sona ermiş ya da yerine başkası geçmiş. Şimdi olana bakın.

admin-person-held = Durduruldu
admin-locked-title = Kilitlenenler
admin-locked-what = Çok sayıda yanlış parola veya koddan sonra bir süre hiçbiri kabul edilmez. Kişinin daha önce oturum açtığı tarayıcılar ayrı sayılır; böylece yabancıların denemeleri hesap sahibini dışarıda bırakmaz. Kilit kendiliğinden veya kişinin sayfasında sona erer.
admin-locked-count = { $count ->
    [0] Kimse
    [one] 1 kişi
   *[other] { $count } kişi
}
admin-held-title = Yardım bekleyenler
admin-held-unagreed = İkinci bir yöneticiyi bekleyenler
admin-held-unagreed-what = Bu kişiler için bağlantı istendi. Her birine bakın; onaylayın ya da geri alın. İsteyen kişi onaylayamaz.
admin-held-unagreed-by = İstendi: { $date }, { $by }
admin-held-held = Durdurulan hesaplar
admin-held-waiting = { $count ->
    [0] Yardım bekleyen yok
    [one] Bir kişi yardım bekliyor
   *[other] { $count } kişi yardım bekliyor
}
admin-held-what = Bu hesaplar durduruldu: sahibi bir bağlantıyla dönene kadar kimse giremez. Yardım etmeden önce kişinin kendisiyle konuşun, hesabın e-posta adresi üzerinden değil.
admin-held-none = Durdurulmuş hesap yok.
admin-held-since = { $date } tarihinden beri
admin-held-about = Şuna “bunu ben yapmadım” dedi: { $notice }
admin-held-other = Çoğunlukla başlanıp bitirilmemiş bir bağlantı yüzünden
admin-held-waits = Henüz kimse yardım etmedi
admin-held-helped = { $date } tarihine kadar geçerli bir bağlantısı var

admin-history-title = Kural değişiklikleri
admin-history-what = Her değişiklik, sonrasındaki kural listesiyle birlikte saklanır.
admin-history-none = Henüz bir şey değiştirilmedi.
admin-history-added = taslağı yapıldı
admin-history-removed = kaldırıldı
admin-history-defined = değiştirildi
admin-history-moved = taşındı
admin-history-excepted = istisnaları değiştirildi
admin-history-switched = şuna getirildi: { $mode }
admin-history-older = Daha eski değişiklikler
admin-history-revision-title = Kurallar o zaman nasıldı
admin-history-since = { $date } tarihinden beri

admin-nav-groups = Gruplar
admin-nav-roles = Roller
admin-groups-title = Gruplar
admin-groups-what = Departmanlar, bölgeler, ekipler ve projeler. Bir gruba verilen, grup sona erene kadar içindeki ve altındaki herkese verilmiş olur.
admin-groups-none = Henüz grup yok.
admin-group-project = proje
admin-group-custom = diğer grup
admin-group-title = Grup
admin-group-new = Yeni grup
admin-group-new-what = Grup, birlikte çalışan kişiler ya da kuruluştaki bir yer içindir. Türü ve adı değişmez; geri kalan her şey değiştirilebilir.
admin-group-about = Grup hakkında
admin-group-field-kind = Tür
admin-group-field-kind-hint = Aynı türdeki gruplar birbirinin altında durur.
admin-group-field-name = Belirteç ve ilkelerdeki ad
admin-group-field-name-hint = Küçük harfler, rakamlar, tire ve alt çizgi; örneğin spring-launch. Sonradan değiştirilemez.
admin-group-field-title = Başlık
admin-group-field-purpose = Ne için
admin-group-field-parent = Bağlı olduğu grup
admin-group-field-parent-hint = Aynı türden bir grubun adı. Boşsa en üstte durur.
admin-group-field-ends = Sona erme
admin-group-field-ends-hint = Bir gün, örneğin 2026-12-31 (gün sonuna kadar, UTC), ya da bir an, örneğin 2026-12-31T18:00:00Z. Boşsa süresiz.
admin-group-field-owners = Sorumlular
admin-group-field-owners-hint = Kullanıcı adları, her satırda bir tane. Grupta kimin olacağını onlar belirler.
admin-group-field-member = Kim
admin-access-holder-hint = Bir kullanıcı adı, rol verilirken team:care gibi bir grup, service_account: ve adı ya da client: ve kimliği.
admin-group-members-title = Bu grupta
admin-group-empty = Bu grubun kendisinde kimse yok.
admin-group-join-title = Birini ekleme
admin-group-leave = Çıkar
admin-group-leave-of = { $name } kişisini gruptan çıkar
admin-group-ends = { $date } tarihinde sona erer
admin-group-done-added = Grup eklendi.
admin-group-done-joined = Kişi artık grupta.
admin-group-done-left = Kişi artık grupta değil.
admin-access-done = Değişiklik yapıldı.
admin-access-from = { $date } tarihinden itibaren
admin-access-until = { $date } tarihine kadar
admin-access-field-until = Bitiş
admin-access-look = Neyin değişeceğini göster
admin-access-apply = Değişikliği yap
admin-access-effect = Ne değişir
admin-access-effect-none = Kimse izin kazanmaz ya da kaybetmez.
admin-access-effect-gain = { $people }: { $permission } ({ $application }) iznini kazanır
admin-access-effect-lose = { $people }: { $permission } ({ $application }) iznini kaybeder
admin-access-effect-elsewhere = { $people }: { $permission } ({ $application }) iznine şimdikinden başka yerlerde sahip olur
admin-roles-title = Roller
admin-roles-what = Rol, birinin işi için gereken izinlerdir. Kişilere ve gruplara, belli yerlerde ve süreyle verilir.
admin-roles-none = Henüz rol yok.
admin-role-title = Rol
admin-role-new = Yeni rol
admin-role-new-what = Bir role, kendinizin her yerde sahip olduklarını koyabilirsiniz.
admin-role-about = Rol hakkında
admin-role-gives = Ne verir
admin-role-field-name-hint = Küçük harfler, rakamlar, tire ve alt çizgi; örneğin support_agent. Sonradan değiştirilemez.
admin-role-field-purpose-hint = Sade sözlerle: rolü isteyenler ve gözden geçirenler bunu okur.
admin-role-field-owner = Sorumlusu
admin-role-field-owner-hint = Bir kullanıcı adı.
admin-role-field-risk = Risk
admin-role-risk-low = Düşük risk
admin-role-risk-medium = Orta risk
admin-role-risk-high = Yüksek risk
admin-role-field-longest = En çok şu kadar gün verilir
admin-role-field-longest-hint = Boşsa sınırsız.
admin-role-field-review = Şu kadar günde bir gözden geçirilir
admin-role-field-also = Ayrıca
admin-role-field-second-factor = Sahipleri ikinci etkenle oturum açar
admin-role-field-requestable = Kişiler isteyebilir
admin-role-field-rights = Doorward üzerindeki haklar
admin-role-field-includes = İçerdiği roller
admin-role-field-may-give = Sahiplerinin verebileceği roller
admin-role-field-may-give-hint = Her satırda bir rol, örneğin support_agent 30: kendi rolünün yerlerinde, en çok 30 gün için.
admin-role-remove = Bu rolü kaldır
admin-role-done-added = Rol eklendi.
admin-role-done-removed = Rol kaldırıldı.
admin-give-title = Rol ver
admin-give-what = Yetki bir cümledir: kim, hangi role, nerede, ne zamana kadar ve neden sahip. Hemen başlar ve kendiliğinden biter.
admin-give-holder = Kime
admin-give-role = Rol
admin-give-within = Nerede
admin-give-within-hint = Her satırda bir grup, örneğin region:dach. Aynı türden birkaçı genişletir, farklı türler daraltır. Boşsa her yerde.
admin-give-reason-hint = Gözden geçirenler bunu okur.
admin-give-done = Rol verildi.
admin-holding-title = Bir kişinin erişimi
admin-holding-none = Bu kişiye bir şey verilmedi.
admin-holding-everywhere = Her yerde
admin-holding-through = Aracı
admin-holding-begins = Başlangıç
admin-holding-since = Başlama
admin-holding-why = Neden bitiyor
admin-holding-end = Şimdi bitir
admin-holding-end-of = { $role } rolünü bitir
admin-holding-done = Yetki sona erdirildi.
admin-holding-link = Kendisine verilenler
admin-access-wrong = Bu haliyle yapılamaz. Her alana bir daha bakın.
admin-access-wrong-name = Ad 1 ile 60 arası küçük harf, rakam, tire ve alt çizgiden oluşur ve harfle başlar.
admin-access-wrong-taken = Bu ad alınmış.
admin-access-wrong-words = En çok 200 karakterlik bir başlık gerekli; amaç en çok 2000 karakter olabilir.
admin-access-wrong-above = Bir grup, kendi türünden ve altında olmayan bir gruba bağlanır.
admin-access-wrong-ended = Bu grup sona erdi: artık onun aracılığıyla bir şey geçerli değil.
admin-access-wrong-owner = Sorumlu, kuruluşunuzdan bir kişidir.
admin-access-wrong-days = Gün sayısı 1 ile 36500 arasındadır.
admin-access-wrong-reversed = Başlamadan önce biterdi.
admin-access-wrong-reason = Nedenini yazın.
admin-access-wrong-given = Bu rol birine verilmiş ya da verilmişti, bu yüzden kayıt için kalır. Bunun yerine yetkilerini bitirin.
admin-access-wrong-not-owner = Bu grupta kimin olacağını belirleyemezsiniz.
admin-access-wrong-circle = { $name } rolü kendisini içerirdi.
admin-access-wrong-for-people = { $name } istemcisi yalnızca kişiler adına çalışır: kendi erişimi verilmeden önce client_credentials kullanmasına izin verin.
admin-access-wrong-used = { $name } rolü onu içeriyor ya da verilmesine izin veriyor. Önce bunu değiştirin.
admin-access-wrong-unknown = { $name } kuruluşunuzda bilinmiyor.
admin-access-wrong-moment = { $written } bir gün ya da an değil. 2026-12-31 ya da 2026-12-31T18:00:00Z yazın.
admin-access-wrong-long = { $role } en çok { $days } gün için verilebilir.
admin-access-wrong-inactive = Hesabınız etkin değil.
admin-access-wrong-no-right = Rollerinizin hiçbiri { $role } vermenize izin vermiyor.
admin-access-wrong-outside = { $role } rolünü yalnızca { $within } içinde verebilirsiniz.
admin-access-wrong-exceeds = { $role }, orada kendinizin sahip olmadığı { $permission } iznini verir.
admin-group-members = { $count ->
    [one] { $count } üye
   *[other] { $count } üye
}
admin-access-more = { $count ->
    [one] ve bir kişi daha
   *[other] ve { $count } kişi daha
}
admin-role-days = { $count ->
    [one] bir gün
   *[other] { $count } gün
}
admin-groups-count = { $count ->
    [one] bir grup
   *[other] { $count } grup
}
admin-roles-count = { $count ->
    [one] bir rol
   *[other] { $count } rol
}
admin-nav-given = Verdiklerim
admin-given-title = Verdiklerim
admin-given-what = Başkalarına verdiğiniz ve bitmemiş olanlar. Her biri kendiliğinden ya da burada hemen biter.
admin-given-none = Geçerli olan hiçbir şey vermediniz.
admin-given-next = Daha eskiler
admin-groups-owned = { $count } grup sizin
admin-given-count = { $count ->
    [0] Şu anda verilmiş bir şey yok
   *[other] Şu anda { $count } yetki
}
admin-give-longest = en çok { $count } gün
admin-give-within-boxes = Bu yerlerde ve altındakilerde geçerlidir. Aynı türden birkaçı genişletir, farklı türler daraltır.
