# Bir kişinin hesabı: kendisinin gördüğü ve yönettiği gibi.

account-title = Hesabınız
account-menu = Menü
account-back = Geri
account-never = Hiç
account-nav-home = Genel bakış
account-nav-password = Parola
account-nav-authenticators = Kimlik doğrulayıcılar
account-nav-recovery-codes = Kurtarma kodları
account-nav-sessions = Oturumlar
account-nav-applications = Uygulamalar
account-nav-requests = Sorular
account-nav-activity = Etkinlik
account-nav-data = Verileriniz

account-organisation = Kuruluş
account-email = E-posta
account-department = Bölüm
account-region = Bölge
account-job = Görev
account-roles = Roller
account-groups = Gruplar
account-security = Hesabınız nasıl korunuyor
account-advice-authenticator = Hesabınızı yalnızca bir parola koruyor. Çalınan bir parola yetmesin diye bir geçiş anahtarı ya da kimlik doğrulayıcı ekleyin.
account-advice-codes = Az sayıda kurtarma kodunuz kaldı. Gerek duymadan önce yenilerini oluşturun.
account-advice-first-codes = Hiç kurtarma kodunuz yok. Oluşturun: ikinci etkeninizi kaybederseniz her biri sizi bir kez içeri alır.
account-advice-passkey = Hesabınız yalnızca tek bir geçiş anahtarıyla açılıyor. Kayıp bir aygıt sizi dışarıda bırakmasın diye başka bir aygıtta ikincisini ekleyin ya da bir parola belirleyin.
account-advice-second-passkey = Sizden bir geçiş anahtarı isteniyor ve tek bir tane var: hiçbir kod onun yerine geçmez. Kayıp bir aygıt sizi dışarıda bırakmasın diye başka bir aygıtta ikincisini ekleyin.
account-password-changed = { $date } tarihinde belirlendi
account-password-none = Parola belirlenmemiş
account-authenticators-count = { $count ->
    [0] Yok
    [one] Bir kimlik doğrulayıcı
   *[other] { $count } kimlik doğrulayıcı
}
account-codes-count = { $count ->
    [0] Yok
    [one] Bir tane kaldı
   *[other] { $count } tane kaldı
}
account-sessions-count = { $count ->
    [one] Bir cihazda oturum açık
   *[other] { $count } oturum açık
}

account-done-added = Kimlik doğrulayıcı eklendi. Bundan sonra oturum açarken kodları istenir.
account-done-renamed = Kimlik doğrulayıcının adı değişti.
account-done-removed = Kimlik doğrulayıcı kaldırıldı. Onu kaybettiyseniz öbür oturumlarınızı da sonlandırın.
account-passkey-done-added = Geçiş anahtarı eklendi. Artık onunla oturum açabilirsiniz.
account-passkey-done-renamed = Geçiş anahtarının yeni adı kaydedildi.
account-passkey-done-removed = Geçiş anahtarı kaldırıldı. Kaybettiyseniz öbür oturumlarınızı da sonlandırın.
account-done-ended = Sonlandırıldı. Onu kullanan yeniden oturum açmalıdır.
account-done-password = Parolanız değişti. Uygulamalar, verdiğiniz erişimi korur; Uygulamalar sayfasında geri alabilirsiniz.

account-password-title = Parolanızı değiştirin
account-password-first = Parola belirleyin
account-password-what = Birbiriyle ilgisiz birkaç sözcük akılda kolay kalır ve zor tahmin edilir. Kimse size onu e-postayla veya telefonla sormaz.
account-password-current = Şimdiki parola
account-password-new = Yeni parola
account-password-again = Yeni parola, bir kez daha
account-password-others = Başka her yerde oturumu kapat
account-password-others-hint = Eski parolayı bilen böylece dışarıda kalır.
account-password-change = Parolayı değiştir
account-password-wrong-current = Şimdiki parolanız bu değil. Art arda birkaç denemeden sonra, bir sonraki geçerli olmadan önce biraz bekleriz.
account-password-wrong-empty = Yeni bir parola girin.
account-password-wrong-different = İki yeni parola farklı. Aynısını iki kez girin.

account-authenticators-title = Kimlik doğrulayıcılar
account-authenticators-what = Kimlik doğrulayıcı, telefonunuzdaki veya bilgisayarınızdaki, her yarım dakikada yeni bir kod gösteren uygulamadır. İki tane olursa birini kaybetmek sizi dışarıda bırakmaz.
account-authenticators-none = Henüz hiç yok.
account-authenticator-title = Kimlik doğrulayıcı
account-authenticator-add-title = Kimlik doğrulayıcı ekle
account-authenticator-made = { $date } tarihinde eklendi
account-authenticator-used = son kullanım { $date }
account-authenticator-unused = henüz kullanılmadı
account-authenticator-made-on = Eklendi
account-authenticator-used-on = Son kullanım
account-authenticator-name = Ad
account-authenticator-name-hint = Onu tanıyacağınız ad, örneğin “Telefon”.
account-authenticator-confirm = Ekle
account-authenticator-rename = Adını değiştir
account-authenticator-remove = Kaldır
account-authenticator-remove-what = Kodları hemen geçersiz olur. Sonuncusuysa kurtarma kodlarınız da onunla biter.
account-authenticator-gone = Bu kimlik doğrulayıcı zaten eklendi veya sayfa çok uzun süre açık kaldı.
account-authenticator-too-many = 20 kimlik doğrulayıcınız var. Yenisini eklemeden önce birini kaldırın.
account-authenticator-last = Bu sizin son kimlik doğrulayıcınız ve kuruluşunuz sizden ikinci bir etken istiyor. Önce bir başkasını ekleyin.

account-codes-title = Kurtarma kodları
account-codes-left = { $count ->
    [0] Kurtarma kodunuz yok.
    [one] Bir kurtarma kodunuz kaldı.
   *[other] { $count } kurtarma kodunuz kaldı.
}
account-codes-what = Kimlik doğrulayıcınızı ya da geçiş anahtarlarınızı kaybederseniz bu kodların her biri parolanızdan sonra sizi onun yerine bir kez içeri alır.
account-codes-replace = Yeni kodlar elinizdekilerin yerini alır: onlar artık çalışmaz.
account-codes-make = Yeni kodlar oluştur
account-codes-impossible = Kurtarma kodları bir kimlik doğrulayıcının ya da geçiş anahtarının yerine geçer. Önce bir tane ekleyin; kodlar onunla gelir.
account-codes-no-password = Kurtarma kodları paroladan sonra ikinci etkenin yerine geçer; hesabınızın ise parolası yok. Başka bir aygıttaki ikinci bir geçiş anahtarı aynı işi görür.
account-codes-new-title = Yeni kurtarma kodlarınız
account-codes-new-what = Kimlik doğrulayıcınızı ya da geçiş anahtarlarınızı kaybederseniz bu kodların her biri sizi bir kez içeri alır. Önceki kodlar artık çalışmaz.

account-sessions-title = Oturumunuzun açık olduğu yerler
account-sessions-what = Tanımadığınız biri varsa onu sonlandırın ve parolanızı değiştirin.
account-session-this = Şu anda buradasınız
account-session-place = Adres
account-session-begun = Oturum açıldı
account-session-seen = Son görülme
account-session-end = Bu oturumu sonlandır
account-session-end-this = Buradaki oturumu kapat
account-session-end-of = { $device } oturumunu sonlandır
account-sessions-end-others = Öbür oturumların hepsini sonlandır
account-device = { $system } üzerinde { $browser }
account-device-unknown = Bilinmeyen cihaz

account-activity-title = Son etkinlik
account-activity-what = Hesabınızda olanlar, en yenisi önce. Siz yapmadıysanız parolanızı değiştirin ve öbür oturumlarınızı sonlandırın.
account-activity-none = Daha eskisi yok.
account-activity-older = Daha eski
account-activity-newest = En yeni

account-data-title = Verileriniz
account-data-what = Burada sizinle ilgili bilinen her şeyi içeren bir dosya: profiliniz, roller ve gruplar, hesabınızı koruyanlar, oturumlarınız, uygulamalara izin verdikleriniz ve son etkinliğiniz.
account-data-not = Parolalar, kimlik doğrulayıcı anahtarları ve kurtarma kodları içinde yoktur: onları kimse okuyamaz.
account-data-take = İndir

activity-other = Başka etkinlik ({ $kind })
activity-by-administrator = bir yönetici tarafından
activity-by-server = sunucu tarafından
activity-password-right = Doğru parola girildi
activity-password-wrong = Yanlış parola girildi
activity-code-right = Kimlik doğrulayıcının doğru kodu girildi
activity-code-wrong = Kimlik doğrulayıcının yanlış kodu girildi
activity-recovery-used = Bir kurtarma kodu kullanıldı
activity-recovery-wrong = Yanlış kurtarma kodu girildi
activity-signed-in = Oturum açtınız
activity-not-let-in = Bir oturum açma reddedildi
activity-session-ended = Bir oturum sona erdi
activity-authenticator-added = Bir kimlik doğrulayıcı eklendi
activity-authenticator-not-added = Bir kimlik doğrulayıcı eklenmedi: kodu uymadı
activity-authenticator-renamed = Bir kimlik doğrulayıcının adı değişti
activity-authenticator-removed = Bir kimlik doğrulayıcı kaldırıldı
activity-authenticator-kept = Son kimlik doğrulayıcı kaldırılmadı
activity-codes-made = Yeni kurtarma kodları oluşturuldu
activity-password-set = Parola belirlendi
activity-password-kept = Parola değiştirilmedi: şimdiki yanlıştı
activity-consent-given = Bir uygulamaya istediği için izin verdiniz
activity-consent-refused = Bir uygulamanın istediğini reddettiniz
activity-consent-withdrawn = Bir uygulamaya verilen izni geri aldınız
activity-application = Bir uygulamaya geçtiniz
activity-application-refused = Bir uygulama reddedildi
activity-all-ended = Bütün oturumlar ve belirteçler sonlandırıldı
activity-account-made = Hesap oluşturuldu
activity-account-changed = Hesap değiştirildi
activity-device-trusted = Bir cihaza güvenildi
activity-devices-distrusted = Cihazlara duyulan güven sonlandırıldı
activity-user-code = Uygulamaların soruları için kod değiştirildi
activity-data-taken = Verilerinizi indirdiniz

account-nav-passkeys = Geçiş anahtarları
account-passkeys-title = Geçiş anahtarları
account-passkeys-what = Geçiş anahtarı sizi parmak iziniz, yüzünüz, bir PIN ya da güvenlik anahtarıyla oturum açtırır. Kimse onu tahmin edemez, hiçbir sahte sayfa onu sizden alamaz.
account-passkey-add-title = Geçiş anahtarı ekleyin
account-passkey-add = Geçiş anahtarı ekle
account-passkey-name = Ad
account-passkey-rename = Yeniden adlandır
account-passkey-rename-of = { $name } adını değiştir
account-passkey-remove = Kaldır
account-passkey-remove-of = { $name } anahtarını kaldır
account-passkey-synced = Sağlayıcısı diğer cihazlarınıza kopyalar
account-passkey-not-copied = Şu anda kopyalanmıyor, sağlayıcısı kopyalayabilir
account-passkey-bound = Tek bir cihazda kalır
account-passkey-not-added = Bu geçiş anahtarı eklenmedi. Lütfen yeniden deneyin.
account-passkeys-impossible = Buraya daha fazla geçiş anahtarı eklenemez.

account-console = Kuruluşunuzun konsolu
account-devices-title = Güvendiğiniz cihazlar
account-devices-what = Bunlarda, kuruluşunuzun kuralları izin verdiği sürece bir süre ikinci etken sorulmaz.
account-device-since = { $date } tarihinden beri güveniliyor
account-devices-end = Hepsinde yeniden sor
account-passkey-made = { $date } tarihinde { $device } ile oluşturuldu
account-passkey-present = Bu geçiş anahtarı burada zaten biliniyor.
account-key-add-title = Güvenlik anahtarı ekleyin
account-key-what = Taktığınız ya da telefonunuza yaklaştırdığınız bir anahtar. Parolanızdan sonra sorulur.
account-key-suggested = Güvenlik anahtarım
account-key-add = Güvenlik anahtarı ekle
account-key-second = Yalnızca paroladan sonra
activity-passkey-used = Bir geçiş anahtarı kullanıldı
activity-passkey-wrong = Uymayan bir geçiş anahtarı denendi
activity-passkey-added = Bir geçiş anahtarı eklendi
activity-passkey-not-added = Bir geçiş anahtarı eklenmedi
activity-passkey-renamed = Bir geçiş anahtarının adı değişti
activity-passkey-removed = Bir geçiş anahtarı kaldırıldı
activity-passkey-counter = Sayacı geri gittiği için bir geçiş anahtarı reddedildi: bir kopyası olabilir
activity-passkey-kept = Son geçiş anahtarı kaldırılmadı
account-passkeys-count = { $count ->
    [0] Yok
    [one] Bir geçiş anahtarı
   *[other] { $count } geçiş anahtarı
}
account-factor-last-short = Bu son ikinci etkeniniz ve parolanız tek başına durmak için çok kısa. Önce en az 15 karakterlik bir parola belirleyin.
account-passkey-unlisted = Kurumunuz yalnızca belirli ürünlerin geçiş anahtarlarını kabul ediyor ve bu onlardan biri değil. Size verilmiş olanı kullanın ya da yöneticinize sorun.
account-passkeys-listed = Kurumunuz yalnızca şu ürünleri kabul ediyor: { $products }.
account-enrol-any = Kuruluşunuz { $date } tarihinden önce ikinci bir etken kurmanızı istiyor. Sonrasında onsuz girilemez.
account-enrol-passkey = Kuruluşunuz { $date } tarihinden önce bir geçiş anahtarı eklemenizi istiyor. Sonrasında oturum açarken bir tane oluşturursunuz.
account-nav-language = Dil
account-language-title = Dil
account-language-what = Size hangi dilde yazalım?
account-language-store = Kaydet
account-done-language = Diliniz kaydedildi.
account-device-end = Burada yeniden sor
account-device-end-of = { $device } üzerinde yeniden sor
account-factor-only-way = Bu geçiş anahtarı kalıyor: parolanız yok ve onsuz kimse hesabınıza giremez. Önce bir parola belirleyin ya da başka bir geçiş anahtarı ekleyin.
account-factor-last-of-all = Bu geçiş anahtarı kalıyor: kurallar bir tane istiyor, bir liste hangilerinin eklenebileceğini sınırlıyor ve sizinki olmadan bu kuruluşa bakan kimse içeri giremez. Önce başka bir yönetici bir geçiş anahtarı eklesin.

account-nav-access = Erişimim
account-access-title = Erişimim
account-access-what = Size verilenler: her rol, nerede ve ne zamana kadar geçerli olduğu, kimin verdiği ve nedeniyle. Eksik veya yanlış bir şey varsa verene veya yöneticinize sorun.
account-access-none = Size bir şey verilmedi.
account-access-where = Geçerli olduğu yer
account-access-everywhere = her yerde
account-access-through = Aracılığıyla
account-access-from = Başlangıç
account-access-until = Bitiş
account-access-no-end = Sonu yok
account-access-later = { $date }, henüz başlamadı
account-access-given-by = Veren
account-access-used = Son kullanım
account-access-unused = Henüz değil
account-access-review = Gerekli mi diye sonraki bakış
account-why-title = Neden yapabilirim ya da yapamam
account-why-link = Bir şeyi neden yapabilirim ya da yapamam
account-why-what = Bir şeyi yapıp yapamayacağınız, uygulamaya söyleneceği gibi; size verilenlerle ve yanıtı değiştirecek olanlarla birlikte. Sizi geri çeviren bir uygulama, sorusu doldurulmuş olarak buraya yönlendirebilir.
account-why-about = { $action }: { $resource }
account-why-granted-by-policy = Kuruluşunuzun bir ilkesi buna burada izin veriyor.
account-why-forbidden-by-policy = Rolleriniz ne verirse versin, kuruluşunuzun bir ilkesi bunu burada yasaklıyor.
account-why-step-up-required = Evet, kim olduğunuzu daha güçlü biçimde ya da yeniden kanıtladığınızda.
account-why-policy-error = Kuruluşunuzun bir ilkesi değerlendirilemedi, bu yüzden hiçbir şeye izin verilmiyor. Yöneticinize bildirin.
account-why-cure-policy = Başka bir ilke: şimdiki haliyle size verilecek hiçbir şey yardımcı olmaz. Yöneticinize sorun.
account-why-no-grant = Hiçbir rolünüz ve hiçbir ilke bunu vermiyor.
