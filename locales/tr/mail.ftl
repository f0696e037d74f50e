# Kişilere giden iletiler.

mail-greeting = Merhaba { $name },
mail-foot = Bu ileti { $address } adresine gönderildi, çünkü { $issuer } üzerinde size ait bir hesap var. İletiyi bir program yazdı: yanıtları kimse okumaz.
mail-to = Alıcı
mail-at = Yazıldı
mail-outbox-title = İletiler
mail-outbox-what = Bu gösterim ileti göndermez. Gönderecekleri burada durur, en yenisi başta.
mail-outbox-none = Henüz ileti yok.
mail-outbox-back = Tüm iletiler

notice-account = Hesap
notice-when = Ne zaman
notice-browser = Tarayıcı
notice-address-of = Adres
notice-by = Yapan
notice-by-administrator = Bir yönetici
notice-fine = Bundan haberiniz varsa yapmanız gereken bir şey yok.
notice-not-me = Bunu ben yapmadım
notice-not-me-what = Bağlantı, tüm oturumları sonlandırabileceğiniz ve bir yönetici yardım edene kadar hesabı durdurabileceğiniz bir sayfa açar. Bir kez ve üç gün geçerlidir.

notice-new-device-subject = Yeni bir tarayıcıyla giriş
notice-new-device = Biri, hesabınıza burada daha önce kullanmadığınız bir tarayıcıyla giriş yaptı.
notice-password-subject = Parolanız değiştirildi
notice-password = Hesabınızın parolası değiştirildi.
notice-authenticator-added-subject = Bir doğrulama uygulaması eklendi
notice-authenticator-added = Hesabınıza bir doğrulama uygulaması eklendi. Ona sahip olan, kodları ve parolanızla giriş yapabilir.
notice-authenticator-removed-subject = Bir doğrulama uygulaması kaldırıldı
notice-authenticator-removed = Hesabınızdan bir doğrulama uygulaması kaldırıldı.
notice-passkey-added-subject = Bir geçiş anahtarı eklendi
notice-passkey-added = Hesabınıza bir geçiş anahtarı eklendi. Ona sahip olan onunla giriş yapabilir.
notice-passkey-removed-subject = Bir geçiş anahtarı kaldırıldı
notice-passkey-removed = Hesabınızdan bir geçiş anahtarı kaldırıldı.
notice-codes-made-subject = Yeni kurtarma kodları
notice-codes-made = Hesabınız için yeni kurtarma kodları oluşturuldu. Öncekiler artık geçerli değil.
notice-code-used-subject = Bir kurtarma kodu kullanıldı
notice-code-used = { $count ->
    [0] Hesabınıza bir kurtarma koduyla giriş yapıldı. Bu sonuncuydu: yeni kodlar oluşturun.
    [one] Hesabınıza bir kurtarma koduyla giriş yapıldı. Bir tane kaldı.
   *[other] Hesabınıza bir kurtarma koduyla giriş yapıldı. { $count } tane kaldı.
}
notice-locked-subject = Çok sayıda başarısız giriş denemesi
notice-locked = Biri hesabınız için art arda birçok kez yanlış parola ya da kod girdi. Bir süre hiçbiri kabul edilmeyecek.
notice-wrong-codes-subject = Parolanızdan sonra yanlış kodlar
notice-wrong-codes = Hesabınızın parolasını geçmiş olan biri art arda birkaç kez yanlış kod girdi. Bu siz değilseniz, biri parolanızı biliyor ya da oturumunuzun açık olduğu bir cihaza sahip.
notice-unfinished-subject = Parolanız girildi, sonrası gelmedi
notice-unfinished = Biri, burada daha önce kullanmadığınız bir tarayıcıyla hesabınızın doğru parolasını girdi ve oturum açmayı tamamlamadı. Bu siz değilseniz parolanızı biri biliyor.
notice-unusual-subject = Alışılmadık bir oturum açma
notice-unusual = Biri hesabınızda oturum açtı; yer, saat ya da tarayıcı gibi pek çok şey sizin için alışılmadık.
notice-unusual-refused-subject = Alışılmadık bir oturum açma reddedildi
notice-unusual-refused = Siz olduğunu kanıtlayan biri hesabınızda oturum açmak istedi. Yer, saat ya da tarayıcı gibi pek çok şey sizin için alışılmadıktı ve kuruluşunuzun bir kuralı bunu reddetti.
notice-passkey-copied-subject = Geçiş anahtarlarınızdan biri kopyalanmış olabilir
notice-passkey-copied = Hesabınızın bir geçiş anahtarı reddedildi: bir kopyanın yapacağı gibi, öncekinden daha az kullanım sayıyordu. Elinizde değilse kaldırın ve yenisini oluşturun.
notice-address-subject = E-posta adresiniz değiştirildi
notice-address = Hesabınızın e-posta adresi artık { $address }. İletiler bundan sonra oraya gider.
notice-recovery-begun-subject = Hesabınız kurtarılıyor
notice-recovery-begun = Hesaba yeni bir parola ve yeni geçiş anahtarları verilebilecek tek kullanımlık bir bağlantı oluşturuldu. Eskileri bununla son bulur.
notice-recovered-subject = Hesabınız kurtarıldı
notice-recovered = Hesabınıza tek kullanımlık bir bağlantıyla yeni bir parola ya da yeni bir geçiş anahtarı verildi. Öncekiler artık geçerli değil.

break-glass-subject = Bir acil durum hesabı kullanıldı
break-glass-sign-in = Biri, acil durumlar için ayrılmış bir hesapla oturum açtı.
break-glass-pass = Biri, bir acil durum hesabına yeni etkenler kurmak için bir bağlantı kullandı.
break-glass-attempt = Biri acil durum hesabıyla oturum açmaya çalışıyor: parolalar veya kodlar yanlıştı.
break-glass-attempt-subject = Biri bir acil durum hesabını deniyor
break-glass-unmarked = Biri, bir acil durum hesabının işaretini kaldırdı: bundan sonra onunla yapılanlar bildirilmez.
break-glass-client = Uygulama
break-glass-do = Bir acil durumdan haberiniz yoksa oturumlarını sonlandırın ve kim olduğunu bulun. Her durumda ne bulduğunuzu not edin.
break-glass-review = İncele

recovery-rule-subject = Bir kurtarmayı kimin onaylaması gerektiği değişti
recovery-rule-what = Kimin kurtarılmasından önce iki yöneticinin onaylaması gerektiği değiştirildi. Tek başına yardım eden biri bir hesabı ele geçirebilir.
recovery-rule-before = Önce
recovery-rule-after = Şimdi
recovery-rule-nobody = hiç kimse
recovery-rule-administrators = Doorward üzerinde hakkı olanlar
recovery-rule-everybody = herkes
recovery-rule-counts = Geçerli olacağı zaman
recovery-rule-do = Nedenini bilmiyorsanız diğer yöneticilere sorun; denetim kaydı kimin yaptığını gösterir.
recovery-rule-look = Bakın

alarm-subject = Biri bildirdi: bu ben değildim
alarm-what = Bir hesabın sahibi bir e-postada “bu ben değildim” bağlantısını izledi. Hesap tutuluyor: oturumları sona erdi, parolası geçersiz.
alarm-about = E-postanın konusu
alarm-do = Kendisiyle yüz yüze konuşun, sonra yeni etkenler kurmasına yardım edin. O zamana kadar kimse giremez.
alarm-help = Yardım et

waits-subject = Bir hesap için yardım onayınızı bekliyor
waits-what = Başka bir yönetici, artık oturum açamayan biri için tek kullanımlık bir bağlantı istedi. Verilmeden önce iki kişinin onaylaması gerekir.
waits-reason = Neden
waits-by = İsteyen
waits-do = İsteyenin gerçekten bu kişi olduğundan emin olup onaylayın ya da geri alın.
waits-link = Göster
